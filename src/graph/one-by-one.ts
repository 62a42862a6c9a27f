/** Each by itself, in order: a failure is the item's own. A list of promises would do in graphql-js, but not in compiled operations. */
export function oneByOne<T, R>(items: readonly T[], load: (item: T) => Promise<R>): Promise<readonly (R | Error)[]> {
  return Promise.all(items.map((item) => load(item).catch(toError)));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
