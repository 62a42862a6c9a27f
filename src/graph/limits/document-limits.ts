import { type DocumentNode, GraphQLError, type ValidationRule } from 'graphql';
import { ContentError } from '../../errors.js';
import type { GraphSettings } from '../settings.js';
import { countDocument } from './document-counts.js';
import { operationShapes } from './operation-shape.js';

/** Screens need a few dozen at most. graphql-js compares all pairs, again and again where they stand inside one another. */
const maxPairs = 2_000;

/**
 * Refuses documents that are too deep, too wide or too repetitive, before anything else is done with them. Of such a document nothing is
 * left for the other rules, some of which take time by the square of what stands in it.
 */
export function documentLimits(settings: GraphSettings): ValidationRule {
  return (context) => {
    const document = context.getDocument();
    const message = problemOf(document, settings);
    if (message !== null) {
      context.reportError(new GraphQLError(message, { originalError: new ContentError('QUERY_TOO_COMPLEX', message) }));
      Object.assign(document, { definitions: [] });
    }
    return {};
  };
}

function problemOf(document: DocumentNode, settings: GraphSettings): string | null {
  const { aliases, directives, pairs } = countDocument(document);
  if (aliases > settings.maxAliases) return `The query has ${aliases} aliases; at most ${settings.maxAliases} are allowed`;
  if (directives > settings.maxDirectives)
    return `The query has ${directives} directives; at most ${settings.maxDirectives} are allowed`;
  if (pairs > maxPairs) return 'The query asks for the same again and again in one place; ask for it once';
  for (const { depth, rootFields } of operationShapes(document).values()) {
    if (depth > settings.maxDepth) return `The query nests ${depth} levels of fields; at most ${settings.maxDepth} are allowed`;
    if (rootFields > settings.maxRootFields)
      return `The query has ${rootFields} fields at its top; at most ${settings.maxRootFields} are allowed`;
  }
  return null;
}
