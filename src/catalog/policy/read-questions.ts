import type { Attachment, Container, ContainerKey, NativeId } from '../../attachment.js';
import type { Ahead, AttachmentQuery, Page, PageRequest, ProviderFacts, StatOptions } from '../../providers/provider.js';
import { variantKey } from '../../rendition.js';
import { attachmentsOf, containersOf, withoutPictures } from './pages.js';
import type { Question } from './question.js';
import { isPassing, type Read, statQuestion, type Told } from './reads.js';

/** The current version is found under its number too. */
export function statRead(id: NativeId, options: StatOptions): Read<Attachment | null> {
  const { version } = options;
  const question = { method: 'stat', parameters: [id, options] };
  const tells = (answer: Attachment | null) => [{ ...question, answer, passing: isPassing(answer) }];
  if (version === undefined) return { ...question, tells };
  const serves = (answer: unknown) => (answer as Attachment | null)?.versionNumber === version;
  return { ...question, tells, alike: { ...statQuestion(id), serves } };
}

/** A page of attachments answers the question for each of them. */
export function listRead(query: AttachmentQuery, page: PageRequest, facts: ProviderFacts): Read<Page<Attachment>> {
  const { container, ...filters } = query;
  const place = container ? { container: toKey(container) } : {};
  return pageRead('list', [{ ...filters, ...place }], page, pictureKeys(page.ahead, facts));
}

export function containersRead(parent: ContainerKey | null, page: PageRequest, facts: ProviderFacts): Read<Page<Container>> {
  const { ahead } = page;
  const told = ahead?.attachments ? ['attachments', ...pictureKeys(ahead, facts)] : [];
  return pageRead('listContainers', [parent && toKey(parent)], page, told);
}

/** null is "no such thing". */
export function plainRead<T>(method: string, parameters: readonly unknown[]): Read<T> {
  const question = { method, parameters };
  return { ...question, tells: (answer) => [{ ...question, answer, passing: answer === null }] };
}

function pageRead<T extends Attachment | Container>(
  method: string,
  parameters: readonly unknown[],
  { first, after }: PageRequest,
  ahead: readonly string[],
): Read<Page<T>> {
  const question = { method, parameters: [...parameters, first, after] };
  return { ...question, ahead, tells: (page) => toldBy(page, question) };
}

function toldBy(page: Page<Attachment | Container>, question: Question): readonly Told[] {
  const attachments = attachmentsOf(page).map(({ item }) => ({
    ...statQuestion(item.id),
    answer: item,
    passing: isPassing(item),
  }));
  const containers = containersOf(page).map((item) => ({
    method: 'statContainer',
    parameters: [item.type, item.id],
    answer: item,
    passing: false,
  }));
  const passing = attachments.some((attachment) => attachment.passing);
  return [{ ...question, answer: withoutPictures(page), passing }, ...attachments, ...containers];
}

/** A provider without pictures tells none along, so it need not be asked again for them. */
function pictureKeys(ahead: Ahead | undefined, facts: ProviderFacts): readonly string[] {
  return (ahead?.pictures ?? []).filter(({ kind }) => facts.pictures.includes(kind)).map(variantKey);
}

function toKey({ type, id }: ContainerKey): ContainerKey {
  return { type, id };
}
