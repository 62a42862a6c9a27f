import { LRUCache } from 'lru-cache';
import type { Attachment } from '../../attachment.js';
import type { Call } from '../../call.js';
import type { ErrorCode } from '../../errors.js';
import type { PageSpec, RenditionSpec, ThumbnailSpec } from '../../rendition.js';
import type { PictureOptions, ProviderPicture } from '../provider.js';
import type { ImageKind, OracleContentApi, PageOptions } from './api.js';
import { unless } from './errors.js';

type Image = readonly [kind: ImageKind, width: number];
const medium: Image = ['mediumImage', 1024];
/** px that each responsive image is at most wide. */
const images: readonly Image[] = [['thumbnailImage', 150], ['smallImage', 300], medium];
/** Made of pictures alone, and not of BMPs. */
const large: Image = ['largeImage', 2048];
/** Of the asked size: 150 px count as 160. */
const largeEnough = 0.9;

const openXml = 'application/vnd.openxmlformats-officedocument';
const documentTypes = [
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  `${openXml}.wordprocessingml.document`,
  `${openXml}.spreadsheetml.sheet`,
  `${openXml}.presentationml.presentation`,
];
const pictureTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/tiff'];
const imageTypes = new Set([...pictureTypes, ...documentTypes]);
const largeTypes = new Set(pictureTypes.filter((type) => type !== 'image/bmp'));
const otherPagedTypes = new Set(['message/rfc822', 'application/json', 'application/xml', 'image/vnd.dwg']);

/** Making pages takes seconds; after this long nothing will come of it. */
const makingMs = 60_000;
const pollSeconds = 2;
/** Then the system may be asked once more. */
const askAgainMs = 10 * makingMs;
/** Documents whose pages are being made, as far as it is remembered. */
const maxMaking = 1_000;

/** The pictures that the system makes itself: four widths of images and documents, and the pages of documents. */
export class Pictures {
  /** When pages of this content were asked for. */
  readonly #making = new LRUCache<string, number>({ max: maxMaking, ttl: askAgainMs });

  constructor(private readonly api: OracleContentApi) {}

  read(attachment: Attachment, spec: RenditionSpec, { maxBytes }: PictureOptions, call: Call): Promise<ProviderPicture | null> {
    const options = { maxBytes, ...versionOf(attachment) };
    return spec.kind === 'thumbnail'
      ? this.#readImage(attachment, spec, options, call)
      : this.#readPage(attachment, spec, options, call);
  }

  get making(): number {
    return this.#making.size;
  }

  async #readImage(
    attachment: Attachment,
    { size, format }: ThumbnailSpec,
    options: PageOptions,
    call: Call,
  ): Promise<ProviderPicture | null> {
    if (!imageTypes.has(attachment.contentType)) return null;
    const largest = largeTypes.has(attachment.contentType) ? large : medium;
    const [kind, width] = images.find(([, wide]) => wide >= size * largeEnough) ?? largest;
    const image = { format: format === 'JPEG' ? 'jpeg' : 'webp', ...options } as const;
    const bytes = await unless(['UNSUPPORTED_MEDIA_TYPE', 'NOT_FOUND'], this.api.readImage(attachment.id, kind, image, call));
    return bytes && { state: 'READY', bytes, sizeCap: width };
  }

  async #readPage(attachment: Attachment, { page }: PageSpec, options: PageOptions, call: Call): Promise<ProviderPicture | null> {
    if (!canHavePages(attachment.contentType)) return null;
    const bytes = await unless(['NOT_FOUND'], this.api.readPage(attachment.id, page, options, call));
    if (!bytes) return this.#askForPages(attachment, page, call);
    this.#making.delete(attachment.contentKey);
    return { state: 'READY', bytes, sizeCap: null };
  }

  /** The system makes pages when it is told to, and says of a page that is not there no more than that. */
  async #askForPages(attachment: Attachment, page: number, call: Call): Promise<ProviderPicture | null> {
    const { id, contentKey } = attachment;
    const { version } = versionOf(attachment);
    const count = await unless(['NOT_FOUND'], this.api.countPages(id, version, call));
    if (count === null || (count > 0 && page > count)) return null;
    const askedAt = this.#making.get(contentKey);
    if (askedAt !== undefined) return Date.now() - askedAt < makingMs ? pending : null;
    this.#making.set(contentKey, Date.now());
    if (count > 0) return pending;
    const made = await unless(
      neverMade,
      this.api.makePages(id, version, call).then(() => true),
    );
    if (!made) this.#making.delete(contentKey);
    return made ? pending : null;
  }
}

const pending: ProviderPicture = { state: 'PENDING', retryAfterSeconds: pollSeconds };
/** What a refusal to make pages means: this type has none. */
const neverMade: readonly ErrorCode[] = ['NOT_FOUND', 'BAD_USER_INPUT', 'UNSUPPORTED_MEDIA_TYPE', 'CONFLICT'];

function canHavePages(contentType: string): boolean {
  return imageTypes.has(contentType) || contentType.startsWith('text/') || otherPagedTypes.has(contentType);
}

function versionOf({ versionNumber }: Attachment): { readonly version?: number } {
  return versionNumber === null ? {} : { version: versionNumber };
}
