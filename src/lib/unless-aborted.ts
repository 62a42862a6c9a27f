import { whenAborted } from './when-aborted.js';

/** The result of work; or the signal's reason as soon as it fires, whatever becomes of the work then. `onLeave` is told of that. */
export function unlessAborted<T>(result: Promise<T>, signal: AbortSignal, onLeave?: (reason: unknown) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stay = whenAborted(signal, () => {
      reject(signal.reason);
      onLeave?.(signal.reason);
    });
    result.then(
      (value) => {
        stay();
        resolve(value);
      },
      (error: unknown) => {
        stay();
        reject(error);
      },
    );
  });
}
