import { z } from 'zod';
import { accountSettings, forwardSettings } from '../adapter.js';

const service = z.strictObject({
  mode: z.literal('service'),
  /** A token that does not end, or that somebody else renews. */
  token: z.string().regex(/^\S{1,2000}$/, 'must be a token, without "Bearer " before it'),
});

/** https://developer.box.com/guides/authentication/client-credentials/ */
const clientCredentials = z.strictObject({
  mode: z.literal('clientCredentials'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Whose account it is: the enterprise's service account, or one user's. */
  subjectType: z.enum(['enterprise', 'user']).default('enterprise'),
  subjectId: z.string().regex(/^\d{1,20}$/, 'must be the id of the enterprise or of the user: digits only'),
});

export const boxSettings = accountSettings.extend({
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.box.com'),
  uploadUrl: z.url({ protocol: /^https?$/ }).default('https://upload.box.com/api'),
  credentials: z.union([service, clientCredentials, forwardSettings]),
  /** Where Box may send downloads to; "*.boxcloud.com" for all names below it. */
  downloadHosts: z.array(z.string().min(1)).default(['*.boxcloud.com']),
  /** The largest file that the account's plan takes, in bytes. */
  maxUploadBytes: z
    .int()
    .positive()
    .default(5 * 1024 ** 3),
  /** Where uploads over 1 MiB wait until their size is known; the system's folder for temporary files where absent. */
  spoolDirectory: z.string().min(1).optional(),
});

export type BoxSettings = z.infer<typeof boxSettings>;
export type ClientCredentialsSettings = z.infer<typeof clientCredentials>;
