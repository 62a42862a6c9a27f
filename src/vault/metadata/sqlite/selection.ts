import type { AttachmentState } from '../../../attachment.js';
import { maxFilenameBytes, toSortName } from '../../../filename.js';
import type { AttachmentQuery } from '../../../providers/provider.js';
import type { ContentTypes } from './content-types.js';
import type { Database } from './database.js';
import type { Folders } from './folders.js';
import { toStateCode } from './states.js';

/** A query's filters in the database's numbers. What is absent does not filter. */
export interface Selection {
  /** READY, TRASHED or both. */
  readonly states: readonly number[];
  readonly folder?: number;
  readonly contentTypes?: readonly number[];
  readonly term?: string;
  /** Both exclusive. */
  readonly revisions: { readonly above: number; readonly below: number };
}

export interface SelectionParts {
  readonly db: Database;
  readonly folders: Folders;
  readonly contentTypes: ContentTypes;
}

/** null: no attachment can match. */
export function toSelection(query: AttachmentQuery, { db, folders, contentTypes }: SelectionParts): Selection | null {
  const states = wholeStates(query.states ?? ['READY']);
  const folder = query.container === undefined ? undefined : folders.key(query.container.id);
  const types = query.contentTypes && contentTypes.matching(query.contentTypes);
  const term = toSortName(query.text ?? '');
  const impossible =
    states.length === 0 || folder === null || types?.length === 0 || Buffer.byteLength(term) > 2 * maxFilenameBytes;
  if (impossible) return null;
  return {
    states,
    revisions: revisionsBetween(db, query.modifiedAfter, query.modifiedBefore),
    ...(folder === undefined ? {} : { folder }),
    ...(types ? { contentTypes: types } : {}),
    ...(term === '' ? {} : { term }),
  };
}

export function isBoundedByTime({ revisions }: Selection): boolean {
  return revisions.above > 0 || revisions.below < Number.MAX_SAFE_INTEGER;
}

function wholeStates(states: readonly AttachmentState[]): readonly number[] {
  const whole = new Set(states.filter((state) => state === 'READY' || state === 'TRASHED'));
  return [...whole].map(toStateCode);
}

/** Times only grow with revisions, so a span of time is a span of revisions. */
function revisionsBetween(db: Database, after: Date | undefined, before: Date | undefined): Selection['revisions'] {
  const last = after && revisionAt(db, '<= :at ORDER BY modified_at DESC, revision DESC', after);
  const next = before && revisionAt(db, '>= :at ORDER BY modified_at, revision', before);
  return { above: last ?? 0, below: next ?? Number.MAX_SAFE_INTEGER };
}

function revisionAt(db: Database, condition: string, at: Date): number | undefined {
  const sql = `SELECT revision FROM attachment INDEXED BY attachment_by_time WHERE modified_at ${condition} LIMIT 1`;
  return db.row<{ revision: number }>(sql, { at: at.getTime() })?.revision;
}
