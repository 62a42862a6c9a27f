/** Until there is work to learn from. */
const firstGuessMs = 100;
/** Of the latest piece of work in what recent work is said to take. */
const learningRate = 1 / 8;

/** What recent work took, in milliseconds, and what is therefore to be expected. */
export class Pace {
  #recentMs = firstGuessMs;

  note(durationMs: number): void {
    this.#recentMs += (durationMs - this.#recentMs) * learningRate;
  }

  /** Until the next piece of work starts that has `before` others before it, where `width` run at once and all places are taken. */
  untilStart(before: number, width: number): number {
    return ((before + 1) * this.#recentMs) / width;
  }

  /** For a piece of work that has run for so long. What takes longer than others did is expected to take as long again. */
  untilEnd(elapsedMs = 0): number {
    return elapsedMs < this.#recentMs ? this.#recentMs - elapsedMs : elapsedMs;
  }
}
