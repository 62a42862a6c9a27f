import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { policySettings } from '../catalog/settings.js';
import { adapterSettings } from '../providers/registry.js';

/** The path of a file with the PEM of an authority's certificate; becomes the PEM. */
const authorityFile = z
  .string()
  .min(1)
  .transform((path, context) => {
    try {
      const pem = readFileSync(path, 'utf8');
      new X509Certificate(pem);
      return pem;
    } catch {
      context.addIssue(`${path} cannot be read as a PEM file of a certificate`);
      return z.NEVER;
    }
  });

/** What every kind of account has besides the settings of its adapter. */
const common = {
  /** Of the authority that signed the system's certificate, where that is one of its own. */
  caFile: authorityFile.optional(),
  limits: policySettings.prefault({}),
};

export const accountSettings = z.discriminatedUnion('kind', [
  adapterSettings.box.extend({ kind: z.literal('box'), ...common }),
  adapterSettings['oracle-content'].extend({ kind: z.literal('oracle-content'), ...common }),
  adapterSettings.xelion.extend({ kind: z.literal('xelion'), ...common }),
  adapterSettings.virola.extend({ kind: z.literal('virola'), ...common }),
]);
export type AccountSettings = z.output<typeof accountSettings>;

const providerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'a name begins with a to z and goes on with a to z, 0 to 9 and "-", 41 characters at most')
  .refine((name) => name !== 'vault', 'the built-in vault has this name')
  // Names are keys of plain objects.
  .refine((name) => !(name in Object.prototype), 'this name has a meaning of its own');

/** Accounts by the names that ids and queries call them: gid://<name>/… */
export const providersSettings = z.record(providerName, accountSettings);
