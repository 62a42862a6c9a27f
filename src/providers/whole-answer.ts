import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { whenAborted } from '../lib/when-aborted.js';

/** An answer and all of its body; or why that is not all there. */
export interface CollectedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | TooLong | BrokenOff;
}

export class TooLong extends Error {
  constructor(readonly maxBytes: number) {
    super(`The body has more than ${maxBytes} bytes`);
  }
}

export class BrokenOff extends Error {}

export interface Collecting {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * The answer to a request, read to the end of its body, of which so many bytes are kept. For what is small: the streams that something
 * large needs cost more than the request. Rejects where no head comes, and with the signal's reason as soon as it fires.
 */
export function collectAnswer(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  collecting: Collecting,
): Promise<CollectedAnswer> {
  const { signal } = collecting;
  // A request that nobody waits for would wait for its turn all the same.
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    pool.dispatch(request, new AnswerCollector(collecting, resolve, reject));
  });
}

class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #stay: () => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #head: Pick<CollectedAnswer, 'status' | 'headers'> | null = null;
  #bytes = 0;

  constructor(
    private readonly collecting: Collecting,
    private readonly resolve: (answer: CollectedAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    const { signal } = collecting;
    this.#stay = whenAborted(signal, () => {
      reject(signal.reason);
      this.#controller?.abort(toError(signal.reason));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal } = this.collecting;
    this.#controller = controller;
    if (signal.aborted) controller.abort(toError(signal.reason));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Of the heads that announce the answer only, none counts.
    if (status >= 200) this.#head = { status, headers };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.collecting.maxBytes) this.#chunks.push(chunk);
    else controller.abort(new TooLong(this.collecting.maxBytes));
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    this.#end(first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#head) this.#end(error instanceof TooLong ? error : new BrokenOff('The body broke off', { cause: error }));
    else {
      this.#stay();
      this.reject(error);
    }
  }

  #end(body: CollectedAnswer['body']): void {
    this.#stay();
    if (this.#head) this.resolve({ ...this.#head, body });
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Nobody waits for the answer any more', { cause: reason });
}
