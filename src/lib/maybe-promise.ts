/** A value that is often at hand: handing it over without a promise spares each field of a long list a turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

export function whenKnown<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
