import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { ContentError } from '../errors.js';

/** Refuses operations whose fields lie deeper inside one another than maxDepth. Introspection has a depth of its own and passes. */
export function depthLimit(maxDepth: number): ValidationRule {
  return (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet, (name) => context.getFragment(name), new Map());
      if (depth <= maxDepth) return;
      const message = `The query nests ${depth} levels of fields; at most ${maxDepth} are allowed`;
      const originalError = new ContentError('QUERY_TOO_COMPLEX', message);
      context.reportError(new GraphQLError(message, { nodes: operation, originalError }));
    },
  });
}

type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

/** `known` holds the depth of fragments; one that is being measured counts 0, so a circle, which another rule refuses, ends. */
function depthOf(selectionSet: SelectionSetNode | undefined, find: FindFragment, known: Map<string, number>): number {
  let deepest = 0;
  for (const selection of selectionSet?.selections ?? []) deepest = Math.max(deepest, depthOfSelection(selection, find, known));
  return deepest;
}

function depthOfSelection(selection: SelectionNode, find: FindFragment, known: Map<string, number>): number {
  if (selection.kind === 'FragmentSpread') return depthOfFragment(selection.name.value, find, known);
  const below = depthOf(selection.selectionSet, find, known);
  if (selection.kind === 'InlineFragment') return below;
  return selection.name.value.startsWith('__') ? 0 : 1 + below;
}

function depthOfFragment(name: string, find: FindFragment, known: Map<string, number>): number {
  const measured = known.get(name);
  if (measured !== undefined) return measured;
  known.set(name, 0);
  const depth = depthOf(find(name)?.selectionSet, find, known);
  known.set(name, depth);
  return depth;
}
