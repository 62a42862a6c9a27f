import type { IncomingHttpHeaders } from 'node:http';
import type { Call, Log } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Renditions } from '../catalog/renditions.js';
import type { UrlSigner } from '../identity/url-signer.js';
import type { Viewers } from '../identity/viewers.js';
import type { MaybePromise } from '../lib/maybe-promise.js';
import type { ContentAnswer } from './answer.js';
import { isNotModified } from './conditional.js';
import { rangeNotSatisfiable } from './error-answer.js';
import { type Form, iconForm, statForm } from './form.js';
import { formHeaders, type HeaderList, validationHeaders } from './headers.js';
import { rangeOf } from './range.js';
import { drawnSource, type Opened, type Source, storedSource } from './source.js';

export interface ContentRequest {
  readonly method: 'GET' | 'HEAD';
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  /** For the beginning of the answer, as Call.deadlineAt. */
  readonly deadlineAt: number;
  readonly log: Log;
}

export interface ContentParts {
  readonly urls: UrlSigner;
  readonly catalog: Catalog;
  readonly renditions: Renditions;
  readonly viewers: Pick<Viewers, 'ofScope'>;
  /** For a picture that its provider is still making. */
  readonly patienceMs: number;
  /** In milliseconds. */
  readonly now: () => number;
}

/** From a signed URL to the bytes that it leads to. Every failure is a ContentError, or a bug. */
export async function deliverContent(request: ContentRequest, parts: ContentParts): Promise<ContentAnswer> {
  const grant = parts.urls.verify(request.url);
  const { signal, deadlineAt, log } = request;
  const call: Call = { viewer: parts.viewers.ofScope(grant.scope), signal, deadlineAt, log };
  const asked = await statForm(grant, parts.catalog, call);
  if (isNotModified(request.headers, asked.etag)) return notModified(validationHeaders(asked, grant, parts.now()));
  const source = await sourceOf(asked, parts, call);
  const form = source.isIcon ? iconForm(asked) : asked;
  if (source.isIcon && isNotModified(request.headers, form.etag)) return notModified(validationHeaders(form, grant, parts.now()));
  const range = source.sizeBytes === null ? null : rangeOf(request, form.etag, source.sizeBytes);
  if (range === 'unsatisfiable') return rangeNotSatisfiable(source.sizeBytes);
  const headers = formHeaders(form, grant, parts.now());
  if (request.method === 'HEAD') return described(headers, source.sizeBytes);
  return sent(headers, await source.open(range), grant.expiresAt);
}

function notModified(headers: HeaderList): ContentAnswer {
  return { status: 304, headers, body: null, keepUntil: null };
}

/** A picture is made, or found in the store: its size is not known before. Of other forms nothing is opened yet. */
function sourceOf(form: Form, { catalog, renditions, patienceMs }: ContentParts, call: Call): MaybePromise<Source> {
  return form.kind === 'drawn' ? drawnSource(form, renditions, patienceMs, call) : storedSource(form, catalog, call);
}

/** What GET would say, without opening anything. */
function described(headers: HeaderList, sizeBytes: number | null): ContentAnswer {
  return { status: 200, headers: [...headers, ...lengthHeader(sizeBytes)], body: null, keepUntil: null };
}

function sent(headers: HeaderList, { body, range, sizeBytes }: Opened, expiresAt: number): ContentAnswer {
  const length = lengthHeader(Buffer.isBuffer(body) ? body.length : body.sizeBytes);
  if (!range) return { status: 200, headers: [...headers, ...length], body, keepUntil: expiresAt };
  const contentRange = ['Content-Range', `bytes ${range.start}-${range.end}/${sizeBytes ?? '*'}`];
  return { status: 206, headers: [...headers, ...length, ...contentRange], body, keepUntil: null };
}

function lengthHeader(sizeBytes: number | null): HeaderList {
  return sizeBytes === null ? [] : ['Content-Length', `${sizeBytes}`];
}
