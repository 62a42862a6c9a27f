import type { Ahead } from '../providers/provider.js';
import { type RenditionSpec, variantKey } from '../rendition.js';
import type { RenditionArgs, ThumbnailArgs, VersionArgs } from './attachment/attachment.args.js';
import type { PageArgs } from './connection.js';
import { parsePageForm, parseThumbnailSpec } from './rendition/specs.js';
import type { SelectedField, Selection } from './selection.js';

/** What will be asked of the attachments of a list, from what is selected of its connection. */
export function aheadOfAttachments(connection: Selection): Ahead {
  const pictures = itemsOf(connection).flatMap(picturesOf);
  return pictures.length === 0 ? {} : { pictures: distinct(pictures) };
}

/** What will be asked of the containers of a list: with the first of their attachments, what will be asked of those. */
export function aheadOfContainers(connection: Selection): Ahead {
  const lists = itemsOf(connection)
    .flatMap((container) => container.places<PageArgs>('attachments'))
    .filter(({ args }) => args.after == null);
  if (lists.length === 0) return {};
  const pictures = lists.flatMap(({ selection }) => aheadOfAttachments(selection).pictures ?? []);
  return { attachments: true, ...(pictures.length === 0 ? {} : { pictures: distinct(pictures) }) };
}

/** Fields of a container that its id alone answers, or a list of its own. */
const answeredWithoutIt: ReadonlySet<string> = new Set(['__typename', 'id', 'provider', 'containers', 'attachments']);

/** Whether a container's own metadata is asked for. */
export function needsContainer(container: Selection): boolean {
  return [...container.names].some((name) => !answeredWithoutIt.has(name));
}

/** Whether what is selected of a container goes to its provider anyway, which then tells if it is not there. */
export function listsContainer(container: Selection): boolean {
  return container.has('containers') || container.has('attachments');
}

/** Fields of a picture that are known without it. */
const knownWithoutPicture: ReadonlySet<string> = new Set([
  '__typename',
  'url',
  'format',
  'contentType',
  'name',
  'kind',
  'page',
  'version',
]);

function itemsOf(connection: Selection): readonly Selection[] {
  return [connection.below('nodes'), connection.below('edges', 'node')];
}

/** Pictures of the version at hand whose bytes or sizes are asked for. */
function picturesOf(attachment: Selection): readonly RenditionSpec[] {
  const thumbnails = attachment
    .places<ThumbnailArgs>('thumbnail')
    .filter(needsPicture)
    .map(({ args }) => thumbnailSpec(args));
  const pages = attachment
    .places<RenditionArgs>('rendition')
    .filter(needsPicture)
    .map(({ args }) => pageSpec(args));
  return [...thumbnails, ...pages].filter((spec) => spec !== null);
}

function needsPicture({ args, selection }: SelectedField<VersionArgs>): boolean {
  return args.version == null && [...selection.names].some((name) => !knownWithoutPicture.has(name));
}

/** null for arguments that will be refused: that is the field's own failure. */
function thumbnailSpec(args: ThumbnailArgs): RenditionSpec | null {
  return unlessRefused(() => parseThumbnailSpec(args));
}

function pageSpec({ page, ...form }: RenditionArgs): RenditionSpec | null {
  return page == null ? null : unlessRefused(() => ({ kind: 'page', page, ...parsePageForm(form) }));
}

function unlessRefused(parse: () => RenditionSpec): RenditionSpec | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

function distinct(specs: readonly RenditionSpec[]): readonly RenditionSpec[] {
  return [...new Map(specs.map((spec) => [variantKey(spec), spec])).values()];
}
