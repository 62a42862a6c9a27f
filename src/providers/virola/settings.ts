import { z } from 'zod';
import { accountSettings, forwardSettings } from '../adapter.js';

const service = z.strictObject({
  mode: z.literal('service'),
  /** A Web API Access Token. Only a person can make one, in the desktop client, and a new one ends the one before. */
  token: z.string().regex(/^\S{1,1024}$/, 'must be a token, without "Bearer " before it'),
});

const login = z.strictObject({
  mode: z.literal('login'),
  userName: z.string().min(1),
  password: z.string().min(1),
});

export const virolaSettings = accountSettings.extend({
  /** Of the server, without "/api/v1": "https://chat.example.com:7777". */
  baseUrl: z.url({ protocol: /^https?$/ }),
  credentials: z.union([service, login, forwardSettings]),
  /** The room, by its id, that uploads go to where no other place is named. */
  uploadRoom: z.int().positive().optional(),
});

export type VirolaSettings = z.infer<typeof virolaSettings>;
export type LoginSettings = z.infer<typeof login>;
