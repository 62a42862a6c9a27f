import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const pdfSettings = z.strictObject({
  /** Threads that draw pages; each starts when it is needed. */
  workers: z.int().min(1).max(64).default(Math.min(4, availableParallelism())),
  /** A page, or the text of a document, that takes longer is given up and its thread replaced. */
  timeoutMs: z.int().min(1).max(600_000).default(20_000),
  /** A thread without work for this long ends and gives its memory back. */
  idleMs: z.int().min(0).max(3_600_000).default(30_000),
  /** Documents are read from disk as needed, so a large one takes time rather than memory. */
  maxFileBytes: z.int().min(1).max(2_147_483_647).default(1_073_741_824),
  /** What one thread may use for a document and a picture of it. */
  maxMemoryBytes: z.int().min(67_108_864).max(2_147_483_647).default(536_870_912),
  /** Where the fonts are that documents name without bringing them along. */
  fontFolder: z.string().min(1).default('/usr/share/fonts'),
});

export type PdfSettings = z.infer<typeof pdfSettings>;
