import { z } from 'zod';

/** How one provider is treated: as much as it stands, and no longer than our clients wait. */
export const policySettings = z.strictObject({
  /** One question may take this long with all its tries; an upload as long as its bytes come. */
  timeoutSeconds: z.int().min(1).max(600).default(15),
  /** Calls at once. */
  concurrency: z.int().min(1).max(1_000).default(100),
  /** Calls that may wait for their turn; more are refused at once. */
  queue: z.int().min(0).max(100_000).default(1_000),
  /** On average; a minute's worth may go at once. null: no limit is known. */
  requestsPerMinute: z.int().min(1).max(1_000_000).nullable().default(null),
  /** More tries after the first, for reads that failed in passing. */
  retries: z.int().min(0).max(5).default(2),
  breaker: z
    .strictObject({
      /** So many calls in a row that the system did not answer, and it is asked no more. */
      failures: z.int().min(1).max(1_000).default(5),
      /** Then one call tries whether it answers again. */
      openSeconds: z.int().min(1).max(3_600).default(15),
    })
    .prefault({}),
});
export type PolicySettings = z.infer<typeof policySettings>;

/** What is kept of the providers' metadata, for all of them together. */
export const cacheSettings = z.strictObject({
  /** In this process, or in a Redis that several share: "redis://cache.example:6379". */
  store: z.union([z.literal('memory'), z.url({ protocol: /^rediss?$/ })]).default('memory'),
  /** A change made elsewhere is seen after this long at the latest. */
  freshSeconds: z.int().min(0).max(86_400).default(60),
  /** The same for "there is no such thing" and for attachments that are still on their way. */
  negativeSeconds: z.int().min(0).max(3_600).default(5),
  /** So much longer an answer may serve while the provider gives none. */
  staleSeconds: z.int().min(0).max(604_800).default(600),
  /** In this process. */
  maxEntries: z.int().min(1).max(10_000_000).default(20_000),
  /** In this process, estimated. */
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
});
export type CacheSettings = z.infer<typeof cacheSettings>;

export const listingSettings = z.strictObject({
  /** A list across providers goes on without those that have not answered by then. */
  listPatienceSeconds: z.int().min(1).max(600).default(5),
});
export type ListingSettings = z.infer<typeof listingSettings>;
