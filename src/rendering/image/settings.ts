import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const imageSettings = z.strictObject({
  /** Width × height of a source; larger ones are refused, whatever their size in bytes. */
  maxPixels: z.int().min(1).max(2_147_483_647).default(268_402_689),
  /** The same for one that is in memory as a whole while it is drawn, in up to 6 bytes a pixel: progressive JPEG, WebP, AVIF … */
  maxBufferedPixels: z.int().min(1).max(2_147_483_647).default(100_000_000),
  /** The same for a JPEG that is not progressive: it is read row by row, at an eighth of its size, in some 200 MiB of memory. */
  maxJpegPixels: z.int().min(1).max(2_147_483_647).default(1_000_000_000),
  /** A source of more pixels than this is drawn alone. */
  hugePixels: z.int().min(1).default(50_000_000),
  /** Threads that decode what libvips does not; each starts when it is needed. */
  workers: z.int().min(1).max(64).default(Math.min(4, availableParallelism())),
  /** What one of them may use. */
  maxWorkerMemoryBytes: z
    .int()
    .min(64 * 1024 ** 2)
    .max(2 * 1024 ** 3)
    .default(512 * 1024 ** 2),
  maxSvgBytes: z
    .int()
    .min(1)
    .default(16 * 1024 ** 2),
  /** What drawing an SVG may use before its process is ended. */
  maxSvgMemoryBytes: z
    .int()
    .min(64 * 1024 ** 2)
    .default(512 * 1024 ** 2),
  timeoutMs: z.int().min(1000).max(600_000).default(20_000),
  /** Sources of more pixels than this get a master after their first thumbnail; 0 for none. */
  masterFromPixels: z.int().min(0).default(4_000_000),
});

export type ImageSettings = z.infer<typeof imageSettings>;
