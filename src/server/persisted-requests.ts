import type { HTTPGraphQLRequest } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { ContentError } from '../errors.js';
import { toGraphqlError } from '../graph/errors.js';
import { bare, type PersistedDocuments, sha256 } from '../graph/persisted/persisted-documents.js';
import { schemaProblems } from '../lib/schema-problems.js';

/** A SHA-256 in lower-case hexadecimal. */
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hexadecimal');

/** All of a request that says which document it means. */
const askedDocument = z.object({
  query: z.string().nullish(),
  /** Of the draft on persisted documents of GraphQL over HTTP. */
  documentId: z.string().nullish(),
  /** Of Apollo's clients. */
  extensions: z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: sha256Hex }).nullish() }).nullish(),
});

type AskedDocument = z.infer<typeof askedDocument>;

/** What Apollo Server is given in the place of an id: the text, or the hash as Apollo's protocol has it, or both. */
interface Found {
  readonly query?: string | undefined;
  readonly hash?: string;
}

/**
 * The request with the text of the document that it names by an id, or why it is refused: PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_ONLY,
 * BAD_USER_INPUT. A document that a client registers goes on in the form of Apollo's protocol, which Apollo Server speaks.
 */
export function withDocument(request: HTTPGraphQLRequest, persisted: PersistedDocuments): HTTPGraphQLRequest | GraphQLError {
  try {
    const isGet = request.method === 'GET';
    const found = findDocument(parseAsked(isGet ? parametersOf(request.search) : request.body), persisted);
    if (!found) return request;
    return isGet ? { ...request, search: toSearch(request.search, found) } : { ...request, body: toBody(request.body, found) };
  } catch (error) {
    if (error instanceof ContentError) return toGraphqlError(error);
    throw error;
  }
}

function parseAsked(given: unknown): AskedDocument {
  if (Array.isArray(given)) {
    throw new ContentError('BAD_USER_INPUT', 'A request holds one operation: send the operations of a batch by themselves');
  }
  const parsed = askedDocument.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  throw new ContentError('BAD_USER_INPUT', schemaProblems(parsed.error, 'the request').join('; '));
}

/** What is given twice, or is no JSON, Apollo Server refuses; an id it does not know. */
function parametersOf(search: string): unknown {
  const parameters = new URLSearchParams(search);
  if (parameters.getAll('documentId').length > 1) throw new ContentError('BAD_USER_INPUT', 'documentId is given more than once');
  const [query, documentId] = [parameters.get('query'), parameters.get('documentId')];
  return { query, documentId, extensions: extensionsOf(parameters) };
}

function extensionsOf(parameters: URLSearchParams): unknown {
  try {
    return JSON.parse(parameters.get('extensions') ?? 'null');
  } catch {
    return null;
  }
}

/** null where the request is right as it is. */
function findDocument(asked: AskedDocument, persisted: PersistedDocuments): Found | null {
  const query = asked.query ?? undefined;
  const id = asked.documentId ?? asked.extensions?.persistedQuery?.sha256Hash;
  const listed = id === undefined ? undefined : persisted.listed(id);
  if (listed !== undefined && (query === undefined || query === listed)) return { query: listed };
  if (id !== undefined && query !== undefined) checkHash(bare(id), query);
  if (persisted.only) return findListed(id, query, persisted);
  return asked.documentId == null ? null : findRegistered(bare(asked.documentId), query, persisted);
}

/** Without an id and a text, Apollo Server says what a request needs. */
function findListed(id: string | undefined, query: string | undefined, persisted: PersistedDocuments): Found | null {
  if (id === undefined && query === undefined) return null;
  if (query !== undefined && persisted.lists(query)) return { query };
  const problem = query === undefined ? `"${id}" is the id of none of them` : 'this is none of them';
  const message =
    `Only the documents of the manifests that this server was started with are executed, and ${problem}. ` +
    'Name one by documentId, which is "sha256:" and the SHA-256 of its text, or by extensions.persistedQuery';
  throw new ContentError('PERSISTED_QUERY_ONLY', message);
}

function findRegistered(hash: string, query: string | undefined, { automatic }: PersistedDocuments): Found {
  if (query !== undefined) return automatic ? { query, hash } : { query };
  if (automatic?.has(hash)) return { hash };
  throw new ContentError('PERSISTED_QUERY_NOT_FOUND', `No document is known by the id "${hash}"; send it along as query, once`);
}

function checkHash(id: string, query: string): void {
  if (sha256(query) === id) return;
  throw new ContentError('BAD_USER_INPUT', `"${id}" is not the SHA-256 of the query that stands beside it`);
}

function toBody(body: unknown, { query, hash }: Found): object {
  const { documentId: _, extensions, ...others }: Record<string, unknown> = Object(body);
  return { ...others, query, extensions: toExtensions(extensions, hash) };
}

function toSearch(search: string, { query, hash }: Found): string {
  const parameters = new URLSearchParams(search);
  const extensions = toExtensions(extensionsOf(parameters), hash);
  parameters.delete('documentId');
  if (query !== undefined) parameters.set('query', query);
  parameters.set('extensions', JSON.stringify(extensions));
  return `?${parameters}`;
}

function toExtensions(given: unknown, hash: string | undefined): object {
  const { persistedQuery: _, ...others }: Record<string, unknown> = Object(given);
  return hash === undefined ? others : { ...others, persistedQuery: { version: 1, sha256Hash: hash } };
}
