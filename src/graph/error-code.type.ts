import type { ErrorCode } from '../errors.js';
import { enumType } from './enum-type.js';

export const ErrorCodeType = enumType<ErrorCode>(
  'ErrorCode',
  'What went wrong, in `extensions.code` of every error. Beside it, where known: `provider`, `upstreamStatus` and `upstreamCode` ' +
    '(what that system answered), `retryAfterSeconds`, and `requestId` for an INTERNAL_SERVER_ERROR.',
  {
    BAD_USER_INPUT: 'The query, an argument or an id is wrong; the message says what is allowed.',
    UNAUTHENTICATED: 'Sign in first.',
    FORBIDDEN: 'This viewer may not do that.',
    ACCESS_CODE_REQUIRED: 'The link is protected by an access code or password that was missing or wrong.',
    NOT_FOUND: 'There is no such thing, or this viewer may not know of it.',
    CONFLICT:
      'Something else is in the way: a name that is taken, a version that is no longer the current one, a state that has no content.',
    GONE: 'It was there and has expired or been removed for good.',
    UNSUPPORTED_MEDIA_TYPE: 'Nothing here can work with this type of content.',
    INVALID_SIZE: 'The provider does not make a picture of this size.',
    PAYLOAD_TOO_LARGE: 'A file is over the limit of an upload, or content is over the limit of what is carried inline.',
    RANGE_NOT_SATISFIABLE: 'The range begins beyond the end of the content.',
    DIGEST_MISMATCH: 'The bytes that arrived are not the ones that the digest describes; nothing was stored.',
    NOT_SUPPORTED_BY_PROVIDER: 'This provider cannot do that; see Capabilities.',
    PROVIDER_UNAUTHENTICATED: 'The provider did not accept the credentials used.',
    PROVIDER_UNAVAILABLE: 'The provider could not be reached.',
    PROVIDER_TIMEOUT: 'The answer did not come in time.',
    PROVIDER_RATE_LIMITED: 'The provider wants fewer requests; see retryAfterSeconds.',
    PROVIDER_ERROR: 'The provider failed in a way of its own.',
    QUERY_TOO_COMPLEX: 'The query asks for more than one query may.',
    PERSISTED_QUERY_NOT_FOUND: 'No document is known by this id; send the document along, once.',
    PERSISTED_QUERY_NOT_SUPPORTED: 'Documents that clients register are not kept here; send them along always.',
    PERSISTED_QUERY_ONLY: 'Only the documents of the manifests that this server was started with are executed.',
    OVERLOADED: 'Too much is being asked or drawn right now; see retryAfterSeconds.',
    INTERNAL_SERVER_ERROR: 'Our own fault. The log tells more under the `requestId` that stands beside the code.',
  },
);
