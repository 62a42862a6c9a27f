import type { Pages, Version } from './model.js';
import { canHavePages, hasImages, type ImageKind, imageKinds } from './pictures.js';
import type { Json } from './wire.js';

/** As the list of renditions tells them: those that somebody uploaded. */
export function uploadedList({ renditions }: Version): readonly Json[] {
  return [...renditions.values()].map(({ name, description, path }) => ({ type: 'rendition', name, description, path }));
}

/** The same of pages that were made. */
export function systemList(version: Version): readonly Json[] {
  return ['page', 'thumbnail'].flatMap((kind) =>
    numbersTo(readyPages(version)?.count ?? 0).map((number) => ({ type: 'rendition', name: `${kind}${number}` })),
  );
}

/** As the information on a file tells them: also those that can be made, where onlyExisting is false. */
export function allRenditions(version: Version, onlyExisting: boolean): readonly Json[] {
  const all = [...pagesOf(version), ...imagesOf(version), ...customOf(version)];
  return onlyExisting ? all.filter(({ exists }) => exists === 'true') : all;
}

export function readyPages({ pages }: Version): Pages | null {
  return pages && pages.readyAt <= Date.now() ? pages : null;
}

/** Of pages that nobody asked for yet the first stands for all. */
function pagesOf(version: Version): readonly Json[] {
  const ready = readyPages(version);
  const exists = ready !== null;
  const numbers = numbersTo(ready?.count ?? (canHavePages(version.name) ? 1 : 0));
  return numbers.flatMap((number) => [
    entry({ name: `page${number}`, type: 'imagepreview', exists, format: 'png' }),
    entry({ name: `thumbnail${number}`, type: 'uithumbnail', exists, format: 'jpeg' }),
  ]);
}

function imagesOf({ name, images }: Version): readonly Json[] {
  const kinds = (Object.keys(imageKinds) as ImageKind[]).filter((kind) => hasImages(name, kind));
  return kinds.map((kind) =>
    entry({ name: imageKinds[kind].word, type: 'responsiveimage', exists: images.has(`${kind}.jpeg`), format: 'jpeg' }),
  );
}

function customOf({ renditions }: Version): readonly Json[] {
  return [...renditions.values()].map(({ name, mimeType }) =>
    entry({ name, type: 'customrendition', exists: true, format: mimeType.replace(/^.*\//, '') }),
  );
}

interface Described {
  readonly name: string;
  readonly type: string;
  readonly exists: boolean;
  readonly format: string;
}

/** -1: not known. */
function entry({ exists, ...described }: Described): Json {
  return { ...described, exists: `${exists}`, width: '-1', height: '-1' };
}

function numbersTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
