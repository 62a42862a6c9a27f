import { z } from 'zod';
import { admissionSettings } from './limits/admission.js';
import { persistedSettings } from './persisted/settings.js';

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
  /** Fields at the top of a query. */
  maxRootFields: z.int().min(1).max(10_000).default(50),
  /** Fields of a query that are given another name. */
  maxAliases: z.int().min(0).max(10_000).default(200),
  /** @skip, @include and others. */
  maxDirectives: z.int().min(0).max(10_000).default(200),
  /** Words and signs of a query; the largest useful ones have some hundreds. */
  maxTokens: z.int().min(100).max(100_000).default(5000),
  /** What a query may cost, by @cost and @listSize of the schema with its lists as long as it asks for. An object at hand costs 1. */
  maxCost: z.int().min(100).max(10_000_000).default(60_000),
  admission: admissionSettings.prefault({}),
  /** References of one `_entities`, by which gateways ask for what other subgraphs refer to. */
  maxRepresentations: z.int().min(1).max(10_000).default(1000),
  /** Whether Query has `node` and `nodes`. Off where a supergraph has them from another subgraph. */
  nodeQuery: z.boolean().default(true),
  /** How often an operation has come before it is compiled. false: never, all are executed by graphql-js. */
  compileAfter: z.union([z.literal(false), z.int().min(0)]).default(1),
  persisted: persistedSettings.prefault({}),
  /** Whether clients may ask what the schema is. Where not, errors name nothing of it that the client has not written. */
  introspection: z.boolean().default(true),
  /** Memory for answers about what is stored here, given again while nothing they tell has changed. 0 keeps none. */
  repeatedAnswersBytes: z
    .int()
    .min(0)
    .max(16 * 1024 ** 3)
    .default(32 * 1024 * 1024),
  /** How long a viewer's own cache may use the answer to a query again; less where something in it ends sooner. */
  answerMaxAgeSeconds: z.int().min(0).max(86_400).default(60),
});

export type GraphSettings = z.infer<typeof graphSettings>;
