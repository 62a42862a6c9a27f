/** Every way a request can fail, as the graph names them in `extensions.code`, with the HTTP status that says the same. */
const httpStatuses = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ACCESS_CODE_REQUIRED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  GONE: 410,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INVALID_SIZE: 400,
  PAYLOAD_TOO_LARGE: 413,
  RANGE_NOT_SATISFIABLE: 416,
  DIGEST_MISMATCH: 422,
  NOT_SUPPORTED_BY_PROVIDER: 501,
  PROVIDER_UNAUTHENTICATED: 502,
  PROVIDER_UNAVAILABLE: 503,
  PROVIDER_TIMEOUT: 504,
  PROVIDER_RATE_LIMITED: 503,
  PROVIDER_ERROR: 502,
  QUERY_TOO_COMPLEX: 400,
  PERSISTED_QUERY_NOT_FOUND: 404,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  PERSISTED_QUERY_ONLY: 403,
  OVERLOADED: 503,
  INTERNAL_SERVER_ERROR: 500,
} as const;

/** Code acts on the code, never on a message. */
export type ErrorCode = keyof typeof httpStatuses;

export interface ContentErrorDetails {
  readonly provider?: string;
  /** The HTTP status and error code that the provider answered with. */
  readonly upstreamStatus?: number;
  readonly upstreamCode?: string;
  readonly retryAfterSeconds?: number;
  /** The same request may succeed when sent again unchanged. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A failure with a meaning. `message` is written for the client and never holds a secret; the cause stays in the log. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
  readonly code: ErrorCode;
  readonly details: ContentErrorDetails;

  constructor(code: ErrorCode, message: string, details: ContentErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

export function toHttpStatus(code: ErrorCode): number {
  return httpStatuses[code];
}

/** An unexpected failure becomes INTERNAL_SERVER_ERROR; its own text goes to the log only. */
export function toContentError(error: unknown): ContentError {
  if (error instanceof ContentError) return error;
  return new ContentError('INTERNAL_SERVER_ERROR', 'Internal error', { cause: error });
}
