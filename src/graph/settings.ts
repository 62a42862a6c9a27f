import { z } from 'zod';

export const graphSettings = z.strictObject({
  /** Largest content that base64 and dataUrl carry, in bytes before encoding. */
  inlineMaxBytes: z
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .default(1024 * 1024),
  /** Of all the base64 and dataUrl of one query together, in bytes before encoding. */
  inlineTotalBytes: z
    .int()
    .min(0)
    .max(1024 * 1024 * 1024)
    .default(32 * 1024 * 1024),
  /** Most items of a page, ids of one `nodes` and files of one upload. */
  maxPageSize: z.int().min(1).max(1000).default(100),
  /** How long a query waits for a picture to be drawn before it answers PENDING, in milliseconds. */
  patienceMs: z.int().min(0).max(60_000).default(2000),
  /** Levels of fields inside one another that a query may have. */
  maxDepth: z.int().min(5).max(100).default(16),
  /** Items that all lists of a query may hold together, lists inside lists multiplied, if every page were full. */
  maxItems: z.int().min(100).max(10_000_000).default(20_000),
  /** References of one `_entities`, by which gateways ask for what other subgraphs refer to. */
  maxRepresentations: z.int().min(1).max(10_000).default(1000),
  /** Whether Query has `node` and `nodes`. Off where a supergraph has them from another subgraph. */
  nodeQuery: z.boolean().default(true),
});

export type GraphSettings = z.infer<typeof graphSettings>;
