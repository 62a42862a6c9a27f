import type { Database } from './database.js';

export interface Tick {
  /** Unique, and larger than that of every earlier change. */
  readonly revision: number;
  /** Milliseconds since 1970, never before an earlier change's. */
  readonly at: number;
}

/** The number and time of the next change. */
export function tick(db: Database): Tick {
  const next = db.row<Tick>('UPDATE clock SET revision = revision + 1, at = max(at, :now) RETURNING revision, at', {
    now: Date.now(),
  });
  if (!next) throw new Error("The vault's clock is gone");
  return next;
}
