import { type DocumentNode, type ExecutionResult, GraphQLError, type SourceLocation } from 'graphql';

/** An answer of compiled code as graphql-js gives it: with errors that have extensions and know their place in the query. */
export function asGraphqlJsWould(result: ExecutionResult, document: DocumentNode): ExecutionResult {
  return result.errors ? { ...result, errors: result.errors.map((error) => rebuilt(error, document)) } : result;
}

function rebuilt({ message, locations, path, originalError }: GraphQLError, { loc }: DocumentNode): GraphQLError {
  return new GraphQLError(message, {
    source: loc?.source,
    positions: loc && locations?.map((location) => positionOf(location, loc.source.body)),
    path,
    originalError,
  });
}

const lineEnd = /\r\n|[\n\r]/g;

/** Lines and columns count from 1, as graphql-js counts them. */
function positionOf({ line, column }: SourceLocation, text: string): number {
  const ends = [...text.matchAll(lineEnd)].map((match) => match.index + match[0].length);
  return (line === 1 ? 0 : (ends[line - 2] ?? 0)) + column - 1;
}
