/** Until when an answer stays what it is. Whatever is put into it may shorten its life. */
export class AnswerLife {
  #endsAt = Number.POSITIVE_INFINITY;

  /** In milliseconds, as Date.now() tells them. */
  endAt(time: number): void {
    if (time < this.#endsAt) this.#endsAt = time;
  }

  /** It tells what is about to change, or of this very moment. */
  endNow(): void {
    this.#endsAt = 0;
  }

  /** In whole seconds from now. null: it must not be kept at all. */
  seconds(now: number): number | null {
    return this.#endsAt === 0 ? null : Math.max(0, Math.floor((this.#endsAt - now) / 1000));
  }
}
