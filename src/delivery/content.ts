import type { IncomingHttpHeaders } from 'node:http';
import type { Call, Log } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Renditions } from '../catalog/renditions.js';
import type { ContentGrant, UrlSigner } from '../identity/url-signer.js';
import { viewerOfScope } from '../identity/viewer.js';
import type { ContentAnswer } from './answer.js';
import { isNotModified } from './conditional.js';
import { rangeNotSatisfiable } from './error-answer.js';
import { type Form, statForm } from './form.js';
import { formHeaders, validationHeaders } from './headers.js';
import { rangeOf } from './range.js';
import { drawnSource, type Opened, type Source, storedSource } from './source.js';

export interface ContentRequest {
  readonly method: 'GET' | 'HEAD';
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface ContentParts {
  readonly urls: UrlSigner;
  readonly catalog: Catalog;
  readonly renditions: Renditions;
}

/** From a signed URL to the bytes that it leads to. Every failure is a ContentError, or a bug. */
export async function deliverContent(request: ContentRequest, parts: ContentParts): Promise<ContentAnswer> {
  const grant = parts.urls.verify(request.url);
  const call: Call = { viewer: viewerOfScope(grant.scope), signal: request.signal, log: request.log };
  const form = await statForm(grant, parts.catalog, call);
  if (isNotModified(request.headers, form.etag)) return notModified(form, grant);
  const source =
    form.kind === 'drawn' ? await drawnSource(form, parts.renditions, call) : storedSource(form, parts.catalog, call);
  const range = source.sizeBytes === null ? null : rangeOf(request, form.etag, source.sizeBytes);
  if (range === 'unsatisfiable') return rangeNotSatisfiable(source.sizeBytes);
  if (request.method === 'HEAD') return described(form, grant, source);
  return sent(form, grant, await source.open(range));
}

function notModified(form: Form, grant: ContentGrant): ContentAnswer {
  return { status: 304, headers: validationHeaders(form, grant), body: null, keepUntil: null };
}

/** What GET would say, without opening anything. */
function described(form: Form, grant: ContentGrant, source: Source): ContentAnswer {
  const length = source.sizeBytes === null ? [] : ['Content-Length', `${source.sizeBytes}`];
  return { status: 200, headers: [...formHeaders(form, grant), ...length], body: null, keepUntil: null };
}

function sent(form: Form, grant: ContentGrant, opened: Opened): ContentAnswer {
  const { body, range, sizeBytes } = opened;
  const lengthBytes = Buffer.isBuffer(body) ? body.length : body.sizeBytes;
  const headers = formHeaders(form, grant);
  const length = lengthBytes === null ? [] : ['Content-Length', `${lengthBytes}`];
  if (!range) return { status: 200, headers: [...headers, ...length], body, keepUntil: grant.expiresAt };
  const contentRange = ['Content-Range', `bytes ${range.start}-${range.end}/${sizeBytes ?? '*'}`];
  return { status: 206, headers: [...headers, ...length, ...contentRange], body, keepUntil: null };
}
