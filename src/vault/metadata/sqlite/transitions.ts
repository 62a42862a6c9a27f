import type { AttachmentState } from '../../../attachment.js';
import type { Transition } from '../metadata-store.js';
import type { Database } from './database.js';
import { toState, toStateCode } from './states.js';

/** Whose life it is: an attachment's, or a write's that is not published yet. */
export type Subject = { readonly attachment: number } | { readonly upload: number };

interface TransitionRow {
  readonly version: number | null;
  readonly state: number;
  readonly at: number;
  readonly reason: string | null;
}

export interface TransitionNote {
  readonly state: AttachmentState;
  readonly at: number;
  readonly version?: number;
  readonly reason?: string;
}

export class Transitions {
  constructor(private readonly db: Database) {}

  note(subject: Subject, { state, at, version, reason }: TransitionNote): void {
    this.db.change(
      `INSERT INTO transition (attachment, upload, version, state, at, reason)
      VALUES (:attachment, :upload, :version, :state, :at, :reason)`,
      {
        attachment: 'attachment' in subject ? subject.attachment : null,
        upload: 'upload' in subject ? subject.upload : null,
        version: version ?? null,
        state: toStateCode(state),
        at,
        reason: reason ?? null,
      },
    );
  }

  /** What a write went through becomes part of the attachment's life. */
  adopt(upload: number, attachment: number, version: number): void {
    this.db.change('UPDATE transition SET attachment = :attachment, upload = NULL, version = :version WHERE upload = :upload', {
      upload,
      attachment,
      version,
    });
  }

  /** Oldest first. */
  list(subject: Subject): readonly Transition[] {
    const [column, key] = 'attachment' in subject ? ['attachment', subject.attachment] : ['upload', subject.upload];
    const sql = `SELECT version, state, at, reason FROM transition WHERE ${column} = :key ORDER BY key`;
    return this.db.rows<TransitionRow>(sql, { key: Number(key) }).map(toTransition);
  }
}

function toTransition(row: TransitionRow): Transition {
  return { version: row.version, state: toState(row.state), at: new Date(row.at), reason: row.reason };
}
