import { z } from 'zod';

/** Films and sounds, which ffmpeg reads. */
export const mediaSettings = z.strictObject({
  /** The program, as a path or a name that is found on the PATH; and its sister that only looks at files. */
  ffmpeg: z.string().min(1).default('ffmpeg'),
  ffprobe: z.string().min(1).default('ffprobe'),
  /** For a poster frame or the loudness of a sound, with all that is tried for it. */
  timeoutMs: z.int().min(100).max(600_000).default(20_000),
  /** Address space of one process, of which ffmpeg itself takes 300 MiB. Holds on Linux. */
  maxMemoryBytes: z
    .int()
    .min(512 * 1024 ** 2)
    .default(1024 ** 3),
  /** Width × height of a film; those of 8K have 35 million. */
  maxPixels: z.int().min(1).max(2_147_483_647).default(40_000_000),
});

export type MediaSettings = z.infer<typeof mediaSettings>;
