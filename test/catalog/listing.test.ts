import { describe, expect, it } from '@jest/globals';
import { Catalog } from '../../src/catalog/catalog.js';
import { countAcross, listAcross } from '../../src/catalog/listing.js';
import type { AttachmentQuery, Provider } from '../../src/providers/provider.js';
import { toSortedPage } from '../../src/providers/sorted-page.js';
import { attachmentOf, callOf, scripted, unavailable, untilAborted } from '../support/scripted-provider.js';

/** A provider of files with these names and days of change; it can be told to fail, and to give no more than some at once. */
function shelf(name: string, files: Readonly<Record<string, number>>) {
  const attachments = Object.entries(files).map(([filename, day]) =>
    attachmentOf(`${name}-${filename}`, { provider: name, filename, modifiedAt: new Date(2026, 0, day), sizeBytes: day }),
  );
  const state: { answer: NonNullable<Provider['list']> | null; limit: number } = { answer: null, limit: 100 };
  const { provider } = scripted({
    name,
    list: async (query, page, call) =>
      state.answer?.(query, page, call) ??
      toSortedPage(attachments, query, { ...page, first: Math.min(page.first, state.limit) }),
    count: async () => attachments.length,
  });
  return { provider, state };
}

const byName: AttachmentQuery = { orderBy: 'NAME_ASC' };
const failing = () => Promise.reject(unavailable);

/** All pages of a list, `before` each of which something may happen. */
async function listAll(
  providers: readonly Provider[],
  query: AttachmentQuery,
  first: number,
  before: (page: number) => void = () => {},
) {
  const catalog = new Catalog(providers, { listPatienceSeconds: 1 });
  const names = providers.map(({ name }) => name);
  const filenames: string[] = [];
  const failed: (readonly string[])[] = [];
  for (let page = 0, after: string | null = null; ; page += 1) {
    before(page);
    const found = await listAcross(catalog, names, query, { first, after }, callOf());
    filenames.push(...found.items.map(({ item }) => item.filename));
    failed.push(found.failures.map(({ provider }) => provider));
    after = found.items.at(-1)?.cursor ?? null;
    if (!found.hasNextPage || after === null) return { filenames, failed };
  }
}

describe('A list across providers', () => {
  it.each([1, 2, 3, 50])('is in the order asked for, whatever the size of its pages (%i)', async (first) => {
    const providers = [shelf('box', { a: 1, d: 4, e: 5 }), shelf('oracle', { B: 2, c: 3, f: 6 })].map(({ provider }) => provider);
    expect((await listAll(providers, byName, first)).filenames).toEqual(['a', 'B', 'c', 'd', 'e', 'f']);
    expect((await listAll(providers, { orderBy: 'MODIFIED_DESC' }, first)).filenames).toEqual(['f', 'e', 'd', 'c', 'B', 'a']);
    expect((await listAll(providers, { orderBy: 'SIZE_DESC' }, first)).filenames).toEqual(['f', 'e', 'd', 'c', 'B', 'a']);
  });

  it('settles ties by the names of the providers, in whatever order they stand', async () => {
    const [box, oracle] = [shelf('box', { same: 1 }).provider, shelf('oracle', { same: 1 }).provider];
    for (const providers of [
      [box, oracle],
      [oracle, box],
    ]) {
      const catalog = new Catalog(providers);
      const names = providers.map(({ name }) => name);
      const { items } = await listAcross(catalog, names, byName, { first: 9, after: null }, callOf());
      expect(items.map(({ item }) => item.provider)).toEqual(['box', 'oracle']);
    }
  });

  it('names a provider that fails, and takes it up again when it is back: nothing twice, nothing missing', async () => {
    const [box, oracle] = [shelf('box', { a: 1, d: 4, e: 5 }), shelf('oracle', { b: 2, c: 3, f: 6 })];
    const listed = await listAll([box.provider, oracle.provider], byName, 2, (page) => {
      oracle.state.answer = page === 0 ? failing : null;
    });
    expect(listed.failed).toEqual([['oracle'], [], [], []].slice(0, listed.failed.length));
    expect(listed.filenames.slice(0, 2)).toEqual(['a', 'd']);
    expect([...listed.filenames].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('goes on from the same place with a provider that failed in the middle', async () => {
    const [box, oracle] = [shelf('box', { a: 1, c: 3, e: 5, g: 7 }), shelf('oracle', { b: 2, d: 4, f: 6, h: 8 })];
    const listed = await listAll([box.provider, oracle.provider], byName, 2, (page) => {
      oracle.state.answer = page === 1 ? failing : null;
    });
    expect(listed.filenames).toEqual(['a', 'b', 'c', 'e', 'd', 'f', 'g', 'h']);
  });

  it('is in order where a provider gives shorter pages than asked for', async () => {
    const [box, virola] = [shelf('box', { b: 2, c: 3, f: 6 }), shelf('virola', { a: 1, d: 4, e: 5, g: 7 })];
    virola.state.limit = 1;
    expect((await listAll([box.provider, virola.provider], byName, 3)).filenames).toEqual([...'abcdefg']);
  });

  it('goes on without a provider that does not answer, and names it', async () => {
    const [box, slow] = [shelf('box', { a: 1 }), shelf('slow', { b: 2 })];
    slow.state.answer = (_query, _page, call) => untilAborted(call);
    const catalog = new Catalog([box.provider, slow.provider], { listPatienceSeconds: 1 });
    const call = callOf({ deadlineAt: Date.now() + 300 });
    const keepAlive = setTimeout(() => {}, 10_000);
    const found = await listAcross(catalog, ['box', 'slow'], byName, { first: 9, after: null }, call);
    clearTimeout(keepAlive);
    expect(found.items.map(({ item }) => item.filename)).toEqual(['a']);
    expect(found.failures).toMatchObject([
      { provider: 'slow', error: { code: 'PROVIDER_TIMEOUT', details: { provider: 'slow' } } },
    ]);
  });

  it('is not counted where a provider does not answer, or cannot tell', async () => {
    const box = shelf('box', { a: 1 });
    const list = async () => ({ items: [], hasNextPage: false });
    const slow = scripted({ name: 'slow', list, count: (_query, call) => untilAborted(call) });
    const mute = scripted({ name: 'mute', list });
    const catalog = new Catalog([box.provider, slow.provider, mute.provider], { listPatienceSeconds: 1 });
    const keepAlive = setTimeout(() => {}, 10_000);
    const counts = await Promise.all(
      [['box'], ['box', 'slow'], ['box', 'mute']].map((names) =>
        countAcross(catalog, names, byName, callOf({ deadlineAt: Date.now() + 300 })),
      ),
    );
    clearTimeout(keepAlive);
    expect(counts).toEqual([1, null, null]);
  });

  it('names a provider that cannot do what is asked', async () => {
    const [box, oracle] = [shelf('box', { a: 1 }), scripted({ name: 'oracle' })];
    const catalog = new Catalog([box.provider, oracle.provider]);
    const { items, failures } = await listAcross(catalog, ['box', 'oracle'], byName, { first: 9, after: null }, callOf());
    expect(items).toHaveLength(1);
    expect(failures).toMatchObject([{ provider: 'oracle', error: { code: 'NOT_SUPPORTED_BY_PROVIDER' } }]);
  });

  it('ends when its client leaves', async () => {
    const slow = shelf('slow', {});
    slow.state.answer = (_query, _page, call) => untilAborted(call);
    const leaver = new AbortController();
    const listing = listAcross(
      new Catalog([slow.provider]),
      ['slow'],
      byName,
      { first: 9, after: null },
      callOf({ signal: leaver.signal }),
    );
    const reason = new Error('the client left');
    leaver.abort(reason);
    await expect(listing).rejects.toBe(reason);
  });

  it('tells every provider what will be asked next', async () => {
    const seen: unknown[] = [];
    const box = shelf('box', {});
    box.state.answer = async (_query, { ahead }) => {
      seen.push(ahead);
      return { items: [], hasNextPage: false };
    };
    const ahead = { attachments: true };
    await listAcross(new Catalog([box.provider]), ['box'], byName, { first: 9, after: null, ahead }, callOf());
    expect(seen).toEqual([ahead]);
  });
});
