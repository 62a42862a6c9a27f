import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { GraphQLUpload } from 'graphql-upload-minimal';
import { ContentError } from '../errors.js';

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  description:
    'A moment as RFC 3339 writes it, in UTC and to the millisecond: `2026-03-01T09:30:00.000Z`. Other offsets are accepted.',
});

export const SafeIntScalar = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  description: 'A whole number between -(2^53 - 1) and 2^53 - 1, for counts of bytes, which outgrow Int at 2 GiB.',
});

export const Base64Scalar = new GraphQLScalarType<string, string>({
  name: 'Base64',
  description: 'Bytes in the standard alphabet of RFC 4648, section 4, with padding.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc4648#section-4',
  serialize: String,
});

export const UrlScalar = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute URL. Content URLs are signed and expire; use them as they are, every character counts.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: String,
});

export const UploadScalar = new GraphQLScalarType({
  ...GraphQLUpload.toConfig(),
  description:
    'A file sent along as a part of a multipart/form-data request; in the operation its place holds null, and the `map` part says ' +
    'which part belongs there. Cannot be written in the query text.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  parseValue: (value) => parseUpload(value),
});

/** Taken as it comes: each representation is judged by itself, so that a wrong one does not spoil the others. */
export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'A reference to an entity: an object of `__typename` and the fields of its key.',
});

function parseUpload(value: unknown): unknown {
  try {
    return GraphQLUpload.parseValue(value);
  } catch {
    throw new ContentError('BAD_USER_INPUT', 'No file came with the request: send it as a part of a multipart/form-data request');
  }
}
