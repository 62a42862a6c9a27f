import { z } from 'zod';

/** What is no document is set on pages: text, code, tables, mail, lists of archives, samples of fonts. */
export const typesetSettings = z.strictObject({
  /** Threads that read and set; each starts when it is needed. */
  workers: z.int().min(1).max(64).default(2),
  /** A file that takes longer is given up and its thread replaced. */
  timeoutMs: z.int().min(1).max(600_000).default(15_000),
  /** A thread without work for this long ends and gives its memory back. */
  idleMs: z.int().min(0).max(3_600_000).default(30_000),
  /** Only the first pages of a file are set; the rest is counted. */
  maxPages: z.int().min(1).max(1_000).default(20),
  /** Of a longer text only the beginning is read. In UTF-16 units. */
  maxChars: z.int().min(1_000).max(16_777_216).default(1_048_576),
  /** A mail of Outlook or a font that is larger is not read: it is in memory as a whole meanwhile. */
  maxFileBytes: z
    .int()
    .min(1024)
    .max(1_073_741_824)
    .default(64 * 1024 ** 2),
});

export type TypesetSettings = z.infer<typeof typesetSettings>;
