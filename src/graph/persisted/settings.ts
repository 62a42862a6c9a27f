import { z } from 'zod';

export const persistedSettings = z
  .strictObject({
    /** Files that builds of clients write: documents under their hashes. Read at the start. */
    manifests: z.array(z.string().min(1)).default([]),
    /** Whether nothing else is executed than the documents of the manifests. */
    only: z.boolean().default(false),
    /** Characters of the documents that clients register by themselves (APQ), of all together. 0: none are taken. */
    automaticBytes: z
      .int()
      .min(0)
      .max(256 * 1024 ** 2)
      .default(4 * 1024 ** 2),
  })
  .refine(({ only, manifests }) => !only || manifests.length > 0, {
    path: ['only'],
    error: 'without a manifest nothing at all could be asked. Name the files in manifests',
  });

export type PersistedSettings = z.infer<typeof persistedSettings>;
