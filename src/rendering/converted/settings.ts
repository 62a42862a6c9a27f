import { z } from 'zod';

/** PDFs of what is drawn by way of PDF, kept in converted/. */
export const convertedSettings = z.strictObject({
  /** Of all of them; the least recently used go first. */
  maxBytes: z
    .int()
    .min(1024 ** 2)
    .default(1024 ** 3),
  /** A source that becomes a larger PDF is not drawn. */
  maxFileBytes: z
    .int()
    .min(1024)
    .default(256 * 1024 ** 2),
});

export type ConvertedSettings = z.infer<typeof convertedSettings>;
