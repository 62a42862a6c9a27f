/** What is asked of a provider, as far as its answer depends on it. */
export interface Question {
  readonly method: string;
  readonly parameters: readonly unknown[];
}

/** Questions of one key have one answer, however their parameters were put together. The scope is that of the credential that asks. */
export function keyOf(scope: string, { method, parameters }: Question): string {
  return JSON.stringify([method, scope, ...parameters], inOrder);
}

function inOrder(_field: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
