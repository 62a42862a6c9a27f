import type { TypedDocumentString } from './generated/graphql.js';

/** Operations without variables take none; those that have some must be given them. */
type Given<Variables> = Variables extends Record<string, never> ? [] : [variables: Variables];

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * A whole client: runs a typed document and resolves to its typed result. Files may stand anywhere in the variables; they travel by
 * the GraphQL multipart request spec. Rejects when the answer has errors.
 */
export async function execute<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  ...[variables]: Given<NoInfer<Variables>>
): Promise<Result> {
  return send(url, { query: document.toString() }, variables);
}

/** The same for a server that was started with the manifest that codegen writes: the document's hash goes in the place of its text. */
export async function executeListed<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  ...[variables]: Given<NoInfer<Variables>>
): Promise<Result> {
  return send(url, { documentId: document.__meta__?.hash }, variables);
}

async function send<Result>(url: string, operation: object, variables: unknown): Promise<Result> {
  const response = await fetch(url, toRequest(operation, variables));
  const { data, errors } = (await response.json()) as Answer<Result>;
  if (errors || !data) throw new Error(errors?.map((error) => error.message).join('\n') ?? `HTTP status ${response.status}`);
  return data;
}

function toRequest(operation: object, variables: unknown): RequestInit {
  const files = new Map<string, Blob>();
  const operations = JSON.stringify({ ...operation, variables: takeFiles(variables, 'variables', files) });
  const headers = { accept: 'application/graphql-response+json', 'apollo-require-preflight': 'true' };
  return files.size === 0
    ? { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: operations }
    : { method: 'POST', headers, body: toForm(operations, [...files]) };
}

/** The same value with null in the place of each file, which `files` gets by its path ("variables.input.files.0.file"). */
function takeFiles(value: unknown, path: string, files: Map<string, Blob>): unknown {
  if (value instanceof Blob) {
    files.set(path, value);
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => takeFiles(item, `${path}.${index}`, files));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, takeFiles(item, `${path}.${key}`, files)]));
}

/** The spec wants this order: operations, map, files. */
function toForm(operations: string, files: readonly (readonly [path: string, file: Blob])[]): FormData {
  const form = new FormData();
  form.append('operations', operations);
  form.append('map', JSON.stringify(Object.fromEntries(files.map(([path], index) => [index, [path]]))));
  for (const [index, [, file]] of files.entries()) form.append(String(index), file);
  return form;
}
