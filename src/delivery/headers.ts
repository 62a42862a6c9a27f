import contentDisposition from 'content-disposition';
import type { ContentGrant } from '../identity/url-signer.js';
import type { Form } from './form.js';

/** Name, value, name, value …: as node:http sends them without another look. */
export type HeaderList = readonly string[];

/**
 * For every answer. Whatever a file holds runs nothing and loads nothing where it is opened. Any page may show or fetch it: the
 * signature in the URL is the permission, and no cookie is looked at.
 */
export const commonHeaders: HeaderList = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "sandbox; default-src 'none'",
  'Referrer-Policy',
  'no-referrer',
  'Cross-Origin-Resource-Policy',
  'cross-origin',
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Expose-Headers',
  'Accept-Ranges, Content-Disposition, Content-Range, ETag, Retry-After',
];

/** The methods that there are. */
export const allowHeader: HeaderList = ['Allow', 'GET, HEAD, OPTIONS'];

/** What describes a form, whichever part of it is sent. `now` in milliseconds. */
export function formHeaders(form: Form, grant: ContentGrant, now: number): HeaderList {
  return [
    ...validationHeaders(form, grant, now),
    'Content-Type',
    toContentType(form.contentType),
    'Content-Disposition',
    dispositionOf(form, grant),
    'Accept-Ranges',
    form.rangeable ? 'bytes' : 'none',
  ];
}

/** Of an icon, in seconds: its system may come to have a picture, and this server a renderer. */
const iconMaxAge = 60;

/** What a 304 repeats. A URL of a version names the same bytes for as long as it lives; others may change and are asked about again. */
export function validationHeaders(form: Form, grant: ContentGrant, now: number): HeaderList {
  return [...commonHeaders, 'ETag', form.etag, 'Cache-Control', cacheControlOf(form, grant, now)];
}

function cacheControlOf({ isLasting }: Form, { version, expiresAt }: ContentGrant, now: number): string {
  const leftSeconds = Math.max(0, Math.floor(expiresAt - now / 1000));
  if (!isLasting) return `private, max-age=${Math.min(leftSeconds, iconMaxAge)}`;
  return version === null ? 'private, no-cache' : `private, max-age=${leftSeconds}, immutable`;
}

/** Types that browsers show without running anything in them. Everything else is always saved, SVG and HTML first of all. */
const inlineTypes = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'application/pdf',
  'text/plain',
]);

function isShownInline(contentType: string): boolean {
  return inlineTypes.has(contentType) || /^(?:audio|video)\//.test(contentType);
}

function dispositionOf(form: Form, grant: ContentGrant): string {
  const type = grant.disposition === 'INLINE' && isShownInline(form.contentType) ? 'inline' : 'attachment';
  return contentDisposition(form.filename, { type, fallback: form.filename.replace(/[^ -~]/g, '_') });
}

/** A provider's word goes into a header only if it looks like a media type. Text is taken for UTF-8, as nearly all of it is. */
function toContentType(contentType: string): string {
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType)) return 'application/octet-stream';
  return contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType;
}
