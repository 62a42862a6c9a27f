import { request } from 'undici';

export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** Asks a running program's graph. */
export async function query<Data>(url: string, text: string, headers: Record<string, string> = {}): Promise<Answer<Data>> {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: text }),
  });
  return (await body.json()) as Answer<Data>;
}
