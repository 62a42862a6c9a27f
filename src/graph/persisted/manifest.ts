import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A document as a client's build wrote it down, with what requests name it by. */
export interface ListedDocument {
  readonly id: string;
  readonly text: string;
}

/** What the build of Apollo's clients writes: https://www.apollographql.com/docs/graphos/platform/security/persisted-queries */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** Documents by their ids, as codegen's client preset and Relay's compiler write them. */
const plainManifest = z.record(z.string(), z.string());

/** Throws an Error that says what is wrong with the file. */
export async function readManifest(path: string): Promise<readonly ListedDocument[]> {
  const content = await readJson(path);
  const apollo = apolloManifest.safeParse(content);
  if (apollo.success) return apollo.data.operations.map(({ id, body }) => ({ id, text: body }));
  const plain = plainManifest.safeParse(content);
  if (plain.success) return Object.entries(plain.data).map(([id, text]) => ({ id, text }));
  throw new Error("is no manifest: expected { hash: document } as codegen and Relay's compiler write it, or Apollo's own form");
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error('cannot be read', { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('is no JSON', { cause });
  }
}
