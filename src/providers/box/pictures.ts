import type { Attachment } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { RenditionSpec } from '../../rendition.js';
import type { ProviderPicture } from '../provider.js';
import { retryAfterOf } from '../refusal.js';
import type { WholeAnswer } from '../rest.js';
import type { BoxApi } from './api.js';
import type { Representation } from './wire.js';

/** Where Box has the picture that is wanted. */
export type PictureSource =
  | { readonly kind: 'thumbnail'; readonly extension: 'jpg' | 'png'; readonly size: number }
  | { readonly kind: 'representation'; readonly hints: string; readonly page: number; readonly ofPage: boolean };

export interface PictureReading {
  readonly api: BoxApi;
  /** A picture that has more is refused. */
  readonly maxBytes: number;
  readonly call: Call;
}

/** A picture this much of what was asked for is large enough. */
const enough = 0.9;
const thumbnailSizes = { jpg: [32, 160, 320], png: [32, 64, 128, 256] } as const;
const representationSizes = [1024, 2048] as const;
const largestSize = 2048;
/** Pages are bounded by both edges: an upright one is this much as wide as it is high. */
const pageRatio = 0.7;
const makingSeconds = 2;
/** Box has trouble of its own with this file. */
const troubleSeconds = 30;

/**
 * The smallest that is large enough, or the largest. null: a page of a PDF that Box has only smaller, because those are drawn from
 * the file itself at any size. Sizes are those of the documentation; others are refused.
 */
export function choosePicture(spec: RenditionSpec, contentType: string): PictureSource | null {
  if (spec.kind === 'page') {
    const size = representationSizes.find((each) => each * pageRatio >= spec.width * enough);
    if (size === undefined && contentType === 'application/pdf') return null;
    const dimensions = `${size ?? largestSize}x${size ?? largestSize}`;
    return { kind: 'representation', hints: `[png?dimensions=${dimensions}]`, page: spec.page, ofPage: true };
  }
  const extension = spec.format === 'PNG' ? 'png' : 'jpg';
  const size = thumbnailSizes[extension].find((each) => each >= spec.size * enough);
  if (size !== undefined) return { kind: 'thumbnail', extension, size };
  return { kind: 'representation', hints: hintsFor(extension, spec.size), page: 1, ofPage: false };
}

/** Of the largest size there is a JPEG only of JPEGs, and nothing of videos. */
function hintsFor(extension: 'jpg' | 'png', size: number): string {
  const jpg = 'jpg?dimensions=1024x1024&paged=false';
  const png = 'png?dimensions=1024x1024';
  const wanted = extension === 'jpg' ? [jpg, png] : [png, jpg];
  if (size * enough <= 1024) return `[${wanted}]`;
  const large = wanted.map((hint) => hint.replace('1024x1024', '2048x2048').replace('&paged=false', ''));
  return `[${[...large, ...wanted]}]`;
}

/** https://developer.box.com/reference/get-files-id-thumbnail-id/ The graphics that 202 and 302 lead to are not looked at. */
export async function readThumbnail(
  { api, maxBytes, call }: PictureReading,
  id: string,
  source: Extract<PictureSource, { kind: 'thumbnail' }>,
): Promise<ProviderPicture | null> {
  try {
    const answer = await api.readThumbnail(id, source, maxBytes, call);
    return answer.status === 302 ? { state: 'PLACEHOLDER' } : toPicture(answer, source.size);
  } catch (error) {
    return unlessMissing(error);
  }
}

/** null where the current version is no longer that of the attachment: Box has pictures of the current one only. */
export async function readRepresentation(
  reading: PictureReading,
  { id }: Attachment,
  versionId: string,
  source: Extract<PictureSource, { kind: 'representation' }>,
): Promise<ProviderPicture | null> {
  const { api, call } = reading;
  try {
    const { file_version: current, representations } = await api.listRepresentations(id, source.hints, call);
    const [listed] = representations.entries;
    if (!listed || current.id !== versionId) return null;
    const entry = listed.status.state === 'none' ? await api.statRepresentation(listed, call) : listed;
    return await readEntry(reading, entry, source);
  } catch (error) {
    return unlessMissing(error);
  }
}

async function readEntry(
  { api, maxBytes, call }: PictureReading,
  entry: Representation,
  { page, ofPage }: Extract<PictureSource, { kind: 'representation' }>,
): Promise<ProviderPicture | null> {
  const { state, code } = entry.status;
  if (state === 'error') {
    return code === 'error_try_again_later' ? { state: 'PENDING', retryAfterSeconds: troubleSeconds } : { state: 'PLACEHOLDER' };
  }
  if (state !== 'success' && state !== 'viewable') return { state: 'PENDING', retryAfterSeconds: makingSeconds };
  const isPaged = entry.properties?.paged === 'true';
  if (page > (isPaged ? (entry.metadata?.pages ?? page) : 1)) return null;
  const answer = await api.readRepresentation(entry, isPaged ? `${page}.${entry.representation}` : '', maxBytes, call);
  const cap = Number(/^(\d+)x/.exec(entry.properties?.dimensions ?? '')?.[1]);
  return toPicture(answer, ofPage || Number.isNaN(cap) ? null : cap);
}

/** 202: Box makes it, or makes again what it had thrown away. */
function toPicture(answer: WholeAnswer, sizeCap: number | null): ProviderPicture {
  const { status, headers } = answer;
  if (status === 202) return { state: 'PENDING', retryAfterSeconds: retryAfterOf(headers) ?? makingSeconds };
  return { state: 'READY', bytes: answer.bytes(), sizeCap };
}

/** null: no such file. PLACEHOLDER: nothing can be drawn from it. */
function unlessMissing(error: unknown): ProviderPicture | null {
  if (!(error instanceof ContentError)) throw error;
  if (error.details.upstreamCode === 'preview_cannot_be_generated') return { state: 'PLACEHOLDER' };
  if (error.code === 'NOT_FOUND') return null;
  throw error;
}
