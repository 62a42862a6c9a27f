/** Saves wait this long for others, and then cost one transaction together. */
const waitMs = 25;
const maxSaves = 64;
const maxBytes = 4 * 1024 ** 2;

/** What is to be saved in a moment, by its key. The latest of a key is the one that counts. */
export class SaveBatch<Save> {
  readonly #write: (saves: readonly Save[]) => void;
  readonly #waiting = new Map<string, { readonly save: Save; readonly bytes: number }>();
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(write: (saves: readonly Save[]) => void) {
    this.#write = write;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(key: string, save: Save, bytes: number): void {
    this.#bytes += bytes - (this.#waiting.get(key)?.bytes ?? 0);
    this.#waiting.set(key, { save, bytes });
    if (this.#waiting.size >= maxSaves || this.#bytes >= maxBytes) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), waitMs).unref();
  }

  find(key: string): Save | null {
    return this.#waiting.get(key)?.save ?? null;
  }

  /** Writes what waits, now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size === 0) return;
    const saves = [...this.#waiting.values()].map(({ save }) => save);
    this.#waiting.clear();
    this.#bytes = 0;
    this.#write(saves);
  }
}
