/** What one turn of reading is to take, so that nobody else waits for it. */
const turnMs = 4;

/** Long reading is done in turns. One reading has one turn in a round of the event loop, whoever else reads. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn. Rejects with the signal's reason. */
  async next(signal: AbortSignal | undefined): Promise<void> {
    const own = this.#last.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    this.#last = own;
    await own;
    signal?.throwIfAborted();
  }
}

/** How much to read in a turn, which depends on the machine and on what it has in memory. */
export class Pace {
  #rows: number;

  constructor(private readonly firstRows: number) {
    this.#rows = firstRows;
  }

  turn<T>(read: (rows: number) => T): T {
    const startedAt = performance.now();
    const result = read(this.#rows);
    const took = performance.now() - startedAt;
    if (took < turnMs / 2) this.#rows *= 2;
    if (took > turnMs) this.#rows = Math.max(this.firstRows, Math.floor(this.#rows / 2));
    return result;
  }
}
