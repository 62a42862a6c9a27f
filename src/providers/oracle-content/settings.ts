import { z } from 'zod';
import { accountSettings, forwardSettings } from '../adapter.js';

const url = z.url({ protocol: /^https?$/ });

export const oracleContentSettings = accountSettings.extend({
  /** "https://<service>-<tenant>.cec.ocp.oraclecloud.com", without /documents. */
  baseUrl: url,
  credentials: z.union([
    /** One account for all viewers, by a token that somebody obtained. */
    z.strictObject({ mode: z.literal('service'), token: z.string().min(1) }),
    /** One account for all viewers, by name and password: older instances only. */
    z.strictObject({ mode: z.literal('service'), user: z.string().min(1), password: z.string().min(1) }),
    /** One account for all viewers: a confidential application of the identity domain, which gives tokens for a time. */
    z.strictObject({
      mode: z.literal('clientCredentials'),
      /** "https://<identity domain>/oauth2/v1/token" */
      tokenUrl: url,
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      /** "https://<id>.cec.ocp.oraclecloud.com:443/urn:opc:cec:all" */
      scope: z.string().min(1),
    }),
    forwardSettings,
  ]),
});

export type OracleContentSettings = z.infer<typeof oracleContentSettings>;
