import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';

export interface DocumentCounts {
  readonly aliases: number;
  readonly directives: number;
  /** Pairs that have to be compared to see whether they can be merged: fields under one name, and fragments spread, in one place. */
  readonly pairs: number;
}

/** Counts what stands in a document, in linear time. */
export function countDocument(document: DocumentNode): DocumentCounts {
  const counts = { aliases: 0, directives: 0, pairs: 0 };
  visit(document, {
    [Kind.FIELD](field: FieldNode) {
      if (field.alias) counts.aliases += 1;
    },
    [Kind.DIRECTIVE]() {
      counts.directives += 1;
    },
    [Kind.SELECTION_SET](set: SelectionSetNode, _key, parent) {
      if (!parent || !('kind' in parent) || parent.kind !== Kind.INLINE_FRAGMENT) counts.pairs += pairsOf(set);
    },
  });
  return counts;
}

/** Inline fragments are part of the place where they stand. */
function pairsOf(set: SelectionSetNode): number {
  const counts = new Map<string, number>();
  const count = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      else count(selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : '...');
    }
  };
  look(set);
  return [...counts.values()].reduce((sum, times) => sum + (times * (times - 1)) / 2, 0);
}
