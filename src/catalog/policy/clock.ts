/** The time, as policies see it. */
export interface Clock {
  /** As Date.now() tells it. */
  now(): number;
  /** Returns what calls it off. */
  schedule(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after ms; rejects with the signal's reason when it fires first. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      callOff();
      reject(signal.reason);
    };
    const callOff = clock.schedule(ms, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
