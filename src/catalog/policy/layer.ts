import type { Call, UpstreamObserver } from '../../call.js';

/**
 * read: asks for something, and may be asked again.
 * stream: a read whose answer goes on after its head has come.
 * change: changes something, by a request of its own size.
 * upload: changes something, and takes as long as the client's bytes come.
 */
export type CallKind = 'read' | 'stream' | 'change' | 'upload';

export type Next<T> = (call: Call) => Promise<T>;

/** One rule that all calls to a provider pass. It rejects and never throws, as what it calls does: most calls pass without a wait. */
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
export function callUnder(call: Call, signal: AbortSignal, deadlineAt: () => number): Call {
  return new CallUnder(call, signal, deadlineAt);
}

/** A class, because V8 gives each object literal with a getter a hidden class of its own, which holds all that the getter sees. */
class CallUnder implements Call {
  readonly viewer: Call['viewer'];
  readonly log: Call['log'];
  readonly upstream?: UpstreamObserver;

  constructor(
    { viewer, log, upstream }: Call,
    readonly signal: AbortSignal,
    private readonly readDeadline: () => number,
  ) {
    this.viewer = viewer;
    this.log = log;
    if (upstream) this.upstream = upstream;
  }

  get deadlineAt(): number {
    return this.readDeadline();
  }
}
