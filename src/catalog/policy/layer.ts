import type { Call } from '../../call.js';

/**
 * read: asks for something, and may be asked again.
 * stream: a read whose answer goes on after its head has come.
 * change: changes something, by a request of its own size.
 * upload: changes something, and takes as long as the client's bytes come.
 */
export type CallKind = 'read' | 'stream' | 'change' | 'upload';

export type Next<T> = (call: Call) => Promise<T>;

/** One rule that all calls to a provider pass. */
export interface Layer {
  run<T>(kind: CallKind, call: Call, next: Next<T>): Promise<T>;
}

/** The first layer is the outermost. */
export function throughAll(layers: readonly Layer[]): Layer {
  return {
    run: (kind, call, next) => {
      const whole = layers.reduceRight((inner, layer) => (outer: Call) => layer.run(kind, outer, inner), next);
      return whole(call);
    },
  };
}

/** The same question under another signal. `deadlineAt` is asked whenever somebody looks: it may move. */
export function callUnder({ viewer, log, upstream }: Call, signal: AbortSignal, deadlineAt: () => number): Call {
  return {
    viewer,
    log,
    signal,
    get deadlineAt() {
      return deadlineAt();
    },
    ...(upstream ? { upstream } : {}),
  };
}
