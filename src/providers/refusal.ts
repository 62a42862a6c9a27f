import type { ProviderName } from '../attachment.js';
import { ContentError, type ErrorCode } from '../errors.js';
import type { Refusal, RestHeaders } from './rest.js';

/** What a refusal means to a client. */
export interface Meaning {
  readonly code: ErrorCode;
  /** Follows the provider's name; the system's own text stays out. */
  readonly says: string;
  /** As in ContentErrorDetails. */
  readonly retryable?: boolean;
}

export interface UpstreamFacts {
  readonly status: number;
  /** The system's own code, where it has one. */
  readonly code?: string | number | null;
}

export function refusalError(
  provider: ProviderName,
  { code, says, retryable = false }: Meaning,
  upstream: UpstreamFacts,
  headers: RestHeaders,
): ContentError {
  const retryAfterSeconds = retryAfterOf(headers);
  return new ContentError(code, `${provider} ${says}`, {
    provider,
    upstreamStatus: upstream.status,
    ...(upstream.code == null ? {} : { upstreamCode: `${upstream.code}` }),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    retryable,
  });
}

/** A year: no system means more. */
const maxSeconds = 31_536_000;

/** In whole seconds from now, where the answer says so as seconds or as a date (RFC 9110, Retry-After). */
export function retryAfterOf(headers: RestHeaders): number | null {
  const written = headers.get('retry-after');
  if (written === null) return null;
  const seconds = /^\d+$/.test(written) ? Number(written) : Math.ceil((Date.parse(written) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), maxSeconds) : null;
}

/** The system itself said no, so it did nothing. What failed inside it, or on the way, may have been done before. */
export function isRefused(error: unknown): boolean {
  const status = error instanceof ContentError ? (error.details.upstreamStatus ?? 0) : 0;
  return status >= 400 && status < 500;
}

export function isRead({ request }: Refusal): boolean {
  return request.method === undefined || request.method === 'GET';
}
