import { z } from 'zod';
import { accountSettings, forwardSettings } from '../adapter.js';

/** As the system writes the ids of its objects. */
export const oidPattern = /^[1-9]\d{0,18}$/;

const service = z.strictObject({
  mode: z.literal('service'),
  /** A session token that does not end, or that somebody else renews. */
  token: z.string().regex(/^\S{1,512}$/, 'must be a token, without "xelion " before it'),
});

const login = z.strictObject({
  mode: z.literal('login'),
  userName: z.string().min(1),
  password: z.string().min(1),
  /** Names this installation: the system allows one session per user and user space. At most 150 characters. */
  userSpace: z.string().min(1).max(150).default('proofsheet'),
  /** The key of a client application, where the server wants one. */
  appKey: z.string().min(1).optional(),
});

export const xelionSettings = accountSettings.extend({
  /** With version and tenant: "https://www.xelion.nl/api/v1/master". */
  baseUrl: z.url({ protocol: /^https?$/ }),
  credentials: z.union([service, login, forwardSettings]),
  /** A session may have only a few requests running; the vendor names no number. */
  connections: z.int().min(1).max(256).default(4),
  /** The chat session, by its oid, that uploads go to where no other room is named. */
  uploadRoom: z
    .union([z.string(), z.int()])
    .transform(String)
    .pipe(z.string().regex(oidPattern, 'must be the oid of a chat session: digits only'))
    .optional(),
});

export type XelionSettings = z.infer<typeof xelionSettings>;
export type LoginSettings = z.infer<typeof login>;
