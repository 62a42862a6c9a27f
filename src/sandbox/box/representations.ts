import { LRUCache } from 'lru-cache';
import { type BoxFile, type BoxVersion, currentVersion } from './account.js';
import { apiPath, uploadPath } from './paths.js';
import { hasPictures, hasText, isJpeg, isPdf, type PictureFormat, pageCount } from './pictures.js';
import { badRequest, refusalOf } from './refusals.js';

export interface Representation {
  /** In addresses: "jpg_thumb_32x32", "png_paged_1024x1024", "pdf". */
  readonly name: string;
  readonly type: string;
  readonly picture: {
    readonly format: PictureFormat;
    readonly size: number;
    readonly paged: boolean;
    readonly thumb: boolean;
  } | null;
  /** Those that are made at the upload are there at once; others when somebody asked for them. */
  readonly onRequest: boolean;
}

type State = 'none' | 'pending' | 'success';
interface Hint {
  readonly type: string;
  readonly dimensions: string | null;
  readonly paged: string | null;
}

const maxAsked = 10_000;

/** The forms that Box derives of files. https://developer.box.com/guides/representations/ */
export class Representations {
  /** What was asked to be made, and how often somebody looked since. */
  readonly #asked = new LRUCache<string, State>({ max: maxAsked });

  /** hints null: all there may be, without their states. pending: none is ready yet. */
  list(file: BoxFile, hints: string | null, url: string, pending: boolean): unknown {
    const version = currentVersion(file);
    const all = representationsOf(version);
    if (hints === null) return { entries: all.map((each) => describe(file, version, each, url)) };
    const chosen = parseHints(hints).flatMap((alternatives) => firstOf(all, alternatives) ?? []);
    return { entries: chosen.map((each) => this.#entry(file, version, each, url, this.#look(version, each, pending))) };
  }

  /** Looking at one that is not made yet starts its making. */
  info(file: BoxFile, version: BoxVersion, name: string, url: string, pending: boolean): unknown {
    const representation = namedRepresentation(version, name);
    const key = keyOf(version, representation);
    const before = this.#state(version, representation);
    if (before === 'none') this.#asked.set(key, 'pending');
    const state = before === 'none' ? 'pending' : this.#look(version, representation, pending);
    return this.#entry(file, version, representation, url, state);
  }

  isReady(version: BoxVersion, representation: Representation): boolean {
    return this.#state(version, representation) === 'success';
  }

  #state(version: BoxVersion, representation: Representation): State {
    return representation.onRequest ? (this.#asked.get(keyOf(version, representation)) ?? 'none') : 'success';
  }

  /** One that is being made is ready when it is looked at again. */
  #look(version: BoxVersion, representation: Representation, pending: boolean): State {
    if (pending) return 'pending';
    if (this.#state(version, representation) === 'pending') this.#asked.set(keyOf(version, representation), 'success');
    return this.#state(version, representation);
  }

  #entry(file: BoxFile, version: BoxVersion, representation: Representation, url: string, state: State): unknown {
    const path = pathOf(file, version, representation);
    const isPaged = state === 'success' && representation.picture?.paged;
    return {
      ...describe(file, version, representation, url),
      status: { state },
      content: { url_template: `${url}${uploadPath}${path}/content/{+asset_path}` },
      ...(isPaged ? { metadata: { pages: pageCount(version) } } : {}),
    };
  }
}

function representationsOf(version: BoxVersion): readonly Representation[] {
  const pictures = hasPictures(version)
    ? [
        ...[32, 94, 160, 320, 1024].map((size) => picture('jpg', size)),
        ...(isJpeg(version) ? [picture('jpg', 2048)] : []),
        ...[1024, 2048].map((size) => picture('png', size)),
      ]
    : [];
  return [
    ...pictures,
    ...(isPdf(version) ? [plain('pdf')] : []),
    ...(hasText(version) ? [plain('extracted_text'), plain('text')] : []),
  ];
}

function picture(format: PictureFormat, size: number): Representation {
  const thumb = size <= 160;
  const paged = format === 'png';
  const kind = `${thumb ? 'thumb_' : ''}${paged ? 'paged_' : ''}`;
  return {
    name: `${format}_${kind}${size}x${size}`,
    type: format,
    picture: { format, size, paged, thumb },
    onRequest: paged,
  };
}

function keyOf({ id }: BoxVersion, { name }: Representation): string {
  return `${id}/${name}`;
}

function plain(type: string): Representation {
  return { name: type, type, picture: null, onRequest: false };
}

/** 404 where there is none of this name. */
export function namedRepresentation(version: BoxVersion, name: string): Representation {
  const representation = representationsOf(version).find((each) => each.name === name);
  if (!representation) throw refusalOf(404);
  return representation;
}

function pathOf(file: BoxFile, version: BoxVersion, { name }: Representation): string {
  return `/internal_files/${file.id}/versions/${version.id}/representations/${name}`;
}

function describe(file: BoxFile, version: BoxVersion, representation: Representation, url: string) {
  const { type, picture: drawn } = representation;
  const properties = drawn && { dimensions: dimensionsOf(drawn.size), paged: `${drawn.paged}`, thumb: `${drawn.thumb}` };
  return {
    representation: type,
    properties: properties ?? {},
    info: { url: `${url}${apiPath}${pathOf(file, version, representation)}` },
  };
}

function dimensionsOf(size: number): string {
  return `${size}x${size}`;
}

/** "[a][b]": one of each; "[a,b]": the first of them that there is. */
function parseHints(header: string): readonly (readonly Hint[])[] {
  if (!/^(?:\[[^[\]]+\])+$/.test(header)) throw badRequest('x-rep-hints', `Invalid value '${header}'.`);
  return header
    .slice(1, -1)
    .split('][')
    .map((alternatives) => alternatives.split(',').map(parseHint));
}

function parseHint(written: string): Hint {
  const [type = '', parameters = ''] = written.trim().split('?', 2);
  const wanted = new URLSearchParams(parameters);
  return { type, dimensions: wanted.get('dimensions'), paged: wanted.get('paged') };
}

function firstOf(all: readonly Representation[], alternatives: readonly Hint[]): Representation | undefined {
  for (const { type, dimensions, paged } of alternatives) {
    const match = all.find(
      (each) =>
        each.type === type &&
        (dimensions === null || (each.picture !== null && dimensionsOf(each.picture.size) === dimensions)) &&
        (paged === null || `${each.picture?.paged}` === paged),
    );
    if (match) return match;
  }
  return undefined;
}
