import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type BoxItem, currentVersion, extensionOf } from './account.js';
import { apiPath } from './paths.js';
import { badRequest, notFound } from './refusals.js';
import { type Box, queryOf, toItem, toOffsetPage } from './routes.js';

type Test = (item: BoxItem) => boolean;

const limits = { byDefault: 30, most: 200, mostOffset: 10_000 };

/** Names only, with no delay after a change. https://developer.box.com/reference/get-search/ */
export function addSearchRoutes(app: FastifyInstance, box: Box): void {
  app.get(`${apiPath}/search`, async (request) => {
    const query = queryOf(request, 'query');
    if (!query) throw badRequest('query', "'query' is required", 'missing_parameter');
    const tests = [matchesWords(query), ...filtersOf(box, request)];
    const found = box.account.items().filter((item) => item.parentId !== null && tests.every((test) => test(item)));
    const page = toOffsetPage(request, inOrder(request, found), limits);
    const entries = page.entries.map((item) => toItem(box, item, request));
    if (queryOf(request, 'include_recent_shared_links') !== 'true') return { type: 'search_results_items', ...page, entries };
    const results = entries.map((item) => ({ type: 'search_result', accessible_via_shared_link: null, item }));
    return { type: 'search_results_with_shared_links', ...page, entries: results };
  });
}

/** Any of the words, each of them the beginning of a word of the name; those in quotes one after the other. NOT excludes. */
function matchesWords(query: string): Test {
  const phrases = [...query.matchAll(/(\bNOT\s+)?(?:"([^"]*)"|(\S+))/g)]
    .filter(([, , , word]) => word !== 'AND' && word !== 'OR')
    .map(([, not, quoted, word]) => ({ not: not !== undefined, words: wordsOf(quoted ?? word ?? '') }));
  const needsAll = /\sAND\s/.test(query);
  const wanted = phrases.filter(({ not }) => !not);
  const unwanted = phrases.filter(({ not }) => not);
  return ({ name }) => {
    const words = wordsOf(name);
    const holds = (phrase: { readonly words: readonly string[] }) => holdsPhrase(words, phrase.words);
    return (needsAll ? wanted.every(holds) : wanted.some(holds)) && !unwanted.some(holds);
  };
}

function holdsPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false;
  return words.some((_, at) =>
    phrase.every((word, index) => {
      const own = words[at + index];
      return index === phrase.length - 1 ? own?.startsWith(word) : own === word;
    }),
  );
}

function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function filtersOf({ account }: Box, request: FastifyRequest): readonly Test[] {
  const list = (name: string) => queryOf(request, name)?.split(',') ?? null;
  const [type, extensions, ancestors] = [queryOf(request, 'type'), list('file_extensions'), list('ancestor_folder_ids')];
  for (const id of ancestors ?? []) if (!account.items().some((item) => item.id === id)) throw notFound('d', id);
  const trash = queryOf(request, 'trash_content') ?? 'non_trashed_only';
  const isWithin = (name: string, value: (item: BoxItem) => number) => {
    const [from = '', until = ''] = list(name) ?? [];
    const [least, most] = [from && toNumber(from), until && toNumber(until)];
    return (item: BoxItem) => (least === '' || value(item) >= least) && (most === '' || value(item) <= most);
  };
  return [
    (item) => type === null || item.type === type,
    (item) => extensions === null || (item.type === 'file' && extensions.includes(extensionOf(item.name))),
    (item) => ancestors === null || account.parents(item).some(({ id }) => ancestors.includes(id)),
    (item) => trash === 'all_items' || account.isTrashed(item) === (trash === 'trashed_only'),
    isWithin('created_at_range', ({ createdAt }) => createdAt.getTime()),
    isWithin('updated_at_range', ({ modifiedAt }) => modifiedAt.getTime()),
    isWithin('size_range', (item) => (item.type === 'file' ? currentVersion(item).bytes.length : 0)),
  ];
}

/** A number, or the milliseconds of a time. */
function toNumber(written: string): number {
  const number = /^\d+$/.test(written) ? Number(written) : Date.parse(written);
  if (Number.isNaN(number)) throw badRequest('range', `Invalid value '${written}'.`);
  return number;
}

function inOrder(request: FastifyRequest, items: readonly BoxItem[]): readonly BoxItem[] {
  if (queryOf(request, 'sort') !== 'modified_at') return items;
  const sign = queryOf(request, 'direction') === 'ASC' ? 1 : -1;
  return [...items].sort((one, other) => sign * (one.modifiedAt.getTime() - other.modifiedAt.getTime()));
}
