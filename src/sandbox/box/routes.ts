import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Sandbox, targetOf } from '../simulator.js';
import type { Account, BoxFile } from './account.js';
import type { Pictures } from './pictures.js';
import { badRequest, Refusal, refusalOf } from './refusals.js';
import type { Representations } from './representations.js';
import type { DownloadLinks, Tokens } from './tokens.js';
import { type FieldOptions, parseFields, type Variant, toItem as writeItem } from './wire.js';

/** What all routes of the simulated system work on. */
export interface Box {
  readonly account: Account;
  readonly sandbox: Sandbox;
  readonly tokens: Tokens;
  readonly downloads: DownloadLinks;
  readonly pictures: Pictures;
  readonly representations: Representations;
}

export interface ById {
  readonly Params: { readonly id: string };
}

/** An item in the fields that the request asks for. */
export function toItem(box: Box, item: Parameters<typeof writeItem>[1], request: FastifyRequest, variant: Variant = 'standard') {
  const hints = headerOf(request, 'x-rep-hints');
  const { faults, url } = box.sandbox;
  const isPending = () => hints !== null && faults.take('pending', targetOf(request)) !== null;
  const options: FieldOptions = {
    fields: parseFields(request.query),
    byLink: headerOf(request, 'boxapi') !== null,
    ...(item.type === 'file' ? { representations: () => box.representations.list(item, hints, url, isPending()) } : {}),
  };
  return writeItem(box.account, item, variant, options);
}

/** Both spellings of an etag, with and without quotes. */
export function assertMatches(request: FastifyRequest, { etag }: { readonly etag: number }): void {
  const asked = headerOf(request, 'if-match');
  if (asked !== null && asked.replaceAll('"', '') !== `${etag}`) throw refusalOf(412);
}

export function isNotModified(request: FastifyRequest, { etag }: { readonly etag: number }): boolean {
  return headerOf(request, 'if-none-match')?.replaceAll('"', '') === `${etag}`;
}

export function headerOf({ headers }: FastifyRequest, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

export function queryOf({ query }: FastifyRequest, name: string): string | null {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}

export function integerOf(request: FastifyRequest, name: string, absent: number): number {
  const written = queryOf(request, name);
  if (written === null) return absent;
  if (!/^-?\d{1,12}$/.test(written)) throw badRequest(name, `Invalid value '${written}'.`);
  return Number(written);
}

/** A page by offset; limits above the most are cut down and told so. https://developer.box.com/guides/api-calls/pagination/offset-based/ */
export function toOffsetPage<T>(
  request: FastifyRequest,
  items: readonly T[],
  limits: { readonly byDefault: number; readonly most: number; readonly mostOffset?: number },
) {
  const offset = integerOf(request, 'offset', 0);
  const limit = Math.min(integerOf(request, 'limit', limits.byDefault), limits.most);
  if (offset < 0 || offset >= (limits.mostOffset ?? Number.POSITIVE_INFINITY)) throw invalid('offset');
  if (limit < 0) throw invalid('limit');
  return { total_count: items.length, entries: items.slice(offset, offset + limit), offset, limit };
}

/** A version of a file: the current one where the id is null. */
export function versionOf(file: BoxFile, versionId: string | null) {
  const version = versionId === null ? file.versions.at(-1) : file.versions.find(({ id }) => id === versionId);
  if (!version) throw refusalOf(404);
  return version;
}

/** Bytes with ranges: one range at most, others are ignored. */
export function sendBytes(request: FastifyRequest, reply: FastifyReply, bytes: Buffer): FastifyReply {
  reply.header('accept-ranges', 'bytes');
  const match = /^bytes=(\d*)-(\d*)$/.exec(headerOf(request, 'range') ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return reply.send(bytes);
  const start = match[1] === '' ? Math.max(0, bytes.length - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? bytes.length - 1 : Math.min(Number(match[2]), bytes.length - 1);
  if (start > end) return reply.code(416).header('content-range', `bytes */${bytes.length}`).send();
  reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes.length}`);
  return reply.send(bytes.subarray(start, end + 1));
}

function invalid(name: 'offset' | 'limit'): Refusal {
  return new Refusal(400, `invalid_${name}`, `Invalid ${name}`);
}
