import type { Call } from '../../call.js';
import { Demand } from '../../rendering/demand.js';
import { SharedWork } from '../../rendering/shared-work.js';
import { callUnder, type Next } from './layer.js';

export interface SharedRead<T> {
  /** Another call had begun it. */
  readonly joined: boolean;
  readonly result: Promise<T>;
}

/** Equal reads at once are one, with the latest deadline of those who wait for it; when the last of them leaves, it is ended. */
export class SharedReads {
  readonly #work = new SharedWork<unknown>();
  readonly #deadlines = new Map<string, { at: number }>();

  /** Equal keys mean equal reads, also in the type of their answers. */
  run<T>(key: string, call: Call, read: Next<T>): SharedRead<T> {
    let joined = true;
    const request = { signal: call.signal, demand: new Demand('asked', [call.viewer.scope]) };
    const result = this.#work.run(key, request, async ({ signal }) => {
      joined = false;
      return this.#read(key, call, signal, read);
    });
    const deadline = this.#deadlines.get(key);
    if (joined && deadline) deadline.at = Math.max(deadline.at, deadlineOf(call));
    return { joined, result: result as Promise<T> };
  }

  stats(): { readonly coalesced: number } {
    return { coalesced: this.#work.joined };
  }

  async #read<T>(key: string, call: Call, signal: AbortSignal, read: Next<T>): Promise<T> {
    const deadline = { at: deadlineOf(call) };
    this.#deadlines.set(key, deadline);
    try {
      return await read(callUnder(call, signal, () => deadline.at));
    } finally {
      if (this.#deadlines.get(key) === deadline) this.#deadlines.delete(key);
    }
  }
}

function deadlineOf({ deadlineAt = Number.POSITIVE_INFINITY }: Call): number {
  return deadlineAt;
}
