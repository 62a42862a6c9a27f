import { z } from 'zod';
import type { ProviderName } from '../attachment.js';

/** What every adapter is made from. */
export interface AdapterOptions<Settings> {
  readonly name: ProviderName;
  /** Stands in content keys and is never used for another account: ids of two accounts may be alike. [A-Za-z0-9._-] only. */
  readonly account: string;
  readonly sandbox: boolean;
  readonly settings: Settings;
  /** PEM of the authority that signed the system's certificate, where that is one of its own. */
  readonly ca?: string;
}

/** The settings that all accounts have; each adapter adds its address and credentials. */
export const accountSettings = z.strictObject({
  /** Connections to the system at most, from 1 to 256. By default a gallery of 100 pictures goes at once. */
  connections: z.int().min(1).max(256).default(100),
  /** One request to the system may take this long until its answer begins, and between two pieces of it. */
  timeoutSeconds: z.int().min(1).max(600).default(30),
});

/** Each viewer brings an own credential with every request: in a header, or in a cookie. */
export const forwardSettings = z.union([
  z.strictObject({ mode: z.literal('forward'), header: z.string().toLowerCase().min(1) }),
  z.strictObject({ mode: z.literal('forward'), cookie: z.string().min(1) }),
]);
export type ForwardSettings = z.infer<typeof forwardSettings>;
