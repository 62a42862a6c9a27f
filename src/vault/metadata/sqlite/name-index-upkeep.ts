import type { Database } from './database.js';

const firstLookMs = 1_000;
const lookEveryMs = 3_600_000;
/** Between two steps others have their turn. */
const stepEveryMs = 20;
/** Pages of the index that a step writes, which takes a few milliseconds. */
const pagesAStep = 64;
/** Once this share of the index lies outside its largest segment it is written anew: ten times what was added, at the most. */
const scatteredShare = 0.1;
/** Entries of the index's own index, one for about six pages; searching less than this is quick in any shape. */
const worthMerging = 130;

/**
 * Every write adds to the index of names, in segments of its own, and a search looks into each of them. From time to time they are
 * merged into one, a little at a step.
 */
export class NameIndexUpkeep {
  #timer: NodeJS.Timeout;

  constructor(private readonly db: Database) {
    this.#timer = this.#later(firstLookMs, () => this.#look());
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    if (isScattered(this.db)) this.#step(true);
    else this.#timer = this.#later(lookEveryMs, () => this.#look());
  }

  #step(isFirst: boolean): void {
    const hasMore = mergeSome(this.db, isFirst);
    this.#timer = hasMore ? this.#later(stepEveryMs, () => this.#step(false)) : this.#later(lookEveryMs, () => this.#look());
  }

  /** What goes wrong here (a full disk) is told by the next write of somebody's, and tried again. */
  #later(ms: number, work: () => void): NodeJS.Timeout {
    const attempt = () => {
      try {
        work();
      } catch {
        this.#timer = this.#later(lookEveryMs, () => this.#look());
      }
    };
    return setTimeout(attempt, ms).unref();
  }
}

export function isScattered(db: Database): boolean {
  const { total, largest } = db.row<{ total: number | null; largest: number | null }>(
    'SELECT sum(entries) AS total, max(entries) AS largest FROM (SELECT count(*) AS entries FROM name_index_idx GROUP BY segid)',
  ) ?? { total: 0, largest: 0 };
  return (total ?? 0) > worthMerging && (total ?? 0) - (largest ?? 0) > scatteredShare * (largest ?? 0);
}

/** False when all is in one segment. The first step gathers the segments that there are; what is written later stays beside them. */
export function mergeSome(db: Database, isFirst: boolean): boolean {
  const written = () => db.row<{ total: number }>('SELECT total_changes() AS total')?.total ?? 0;
  const before = written();
  const rank = isFirst ? -pagesAStep : pagesAStep;
  db.briefTransaction(() =>
    db.change('INSERT INTO name_index (name_index, rank) VALUES (:command, :rank)', { command: 'merge', rank }),
  );
  // The command itself counts as one.
  return written() - before > 1;
}
