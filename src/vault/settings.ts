import { z } from 'zod';

export const vaultSettings = z.strictObject({
  /** The largest file that the vault takes, in bytes. */
  maxUploadBytes: z
    .int()
    .positive()
    .default(16 * 1024 ** 3),
});

export type VaultSettings = z.infer<typeof vaultSettings>;
