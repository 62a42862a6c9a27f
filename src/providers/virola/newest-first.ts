import type { Call } from '../../call.js';
import type { MessagesBefore, Thread } from './api.js';
import type { WireMessage } from './wire.js';

/** Threads that are read at once. */
const maxReads = 6;

export interface Place {
  readonly thread: Thread;
  /** No message here has a greater id; Infinity where that is unknown. */
  readonly newest: number;
}

export interface FoundMessage {
  readonly message: WireMessage;
  readonly thread: Thread;
}

type ReadUntil = (thread: Thread, newest: number, call: Call) => Promise<MessagesBefore>;

/**
 * The messages of several threads in one order, newest first: their ids are of one row. A thread is only read when it may hold what comes
 * next, so that quiet rooms cost nothing.
 */
export async function* newestFirst(places: readonly Place[], read: ReadUntil, call: Call): AsyncGenerator<FoundMessage> {
  const backlogs = places.map((place) => new Backlog(place, read));
  for (;;) {
    const next = backlogs.filter((backlog) => backlog.newest > 0).sort(byNewest);
    const first = next[0];
    if (!first) return;
    const firstKnown = next.findIndex((backlog) => backlog.isKnown);
    const unknown = firstKnown < 0 ? next : next.slice(0, firstKnown);
    if (unknown.length > 0) await Promise.all(unknown.slice(0, maxReads).map((backlog) => backlog.read(call)));
    else yield first.take();
  }
}

function byNewest(one: Backlog, other: Backlog): number {
  return one.newest === other.newest ? 0 : other.newest - one.newest;
}

/** What is left of one thread. */
class Backlog {
  /** The greatest id that may be left; 0 where nothing is. */
  newest: number;
  /** In the order of ids. */
  #messages: WireMessage[] = [];
  #isLast = false;
  readonly #thread: Thread;
  readonly #read: ReadUntil;

  constructor({ thread, newest }: Place, read: ReadUntil) {
    this.newest = newest;
    this.#thread = thread;
    this.#read = read;
  }

  /** Whether the message with the greatest id is there. */
  get isKnown(): boolean {
    return this.#messages.length > 0;
  }

  async read(call: Call): Promise<void> {
    const { messages, isLast } = await this.#read(this.#thread, this.newest, call);
    this.#messages = [...messages];
    this.#isLast = isLast || messages.length === 0;
    this.#setNewest();
  }

  take(): FoundMessage {
    const message = this.#messages.pop();
    if (!message) throw new Error('A message was taken that had not been read');
    this.newest = message.messageId - 1;
    this.#setNewest();
    return { message, thread: this.#thread };
  }

  #setNewest(): void {
    const next = this.#messages.at(-1)?.messageId;
    if (next !== undefined) this.newest = next;
    else if (this.#isLast) this.newest = 0;
  }
}
