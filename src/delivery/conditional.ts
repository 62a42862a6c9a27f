import type { IncomingHttpHeaders } from 'node:http';
import fresh from 'fresh';

/** The client already has this very form, so nothing needs to be read. */
export function isNotModified(headers: IncomingHttpHeaders, etag: string): boolean {
  return fresh(headers, { etag });
}

/** If-Range asks for the whole when its own form is another one. Dates never match: they cannot tell two versions of a second apart. */
export function rangeStillApplies(headers: IncomingHttpHeaders, etag: string): boolean {
  const ifRange = headers['if-range'];
  return ifRange === undefined || (ifRange === etag && !etag.startsWith('W/'));
}
