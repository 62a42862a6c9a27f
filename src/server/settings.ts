import { z } from 'zod';

export const serverSettings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 lets the system choose one. */
  port: z.int().min(0).max(65_535).default(4000),
  /** Where clients reach this server, for the URLs it hands out; its own address unless told. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Web pages of these origins may query the graph from a browser. */
  corsOrigins: z.array(z.url({ protocol: /^https?$/ })).default([]),
  /** A query that takes longer is ended. */
  requestTimeoutSeconds: z.int().min(1).max(600).default(30),
  /** An upload that takes longer is ended. */
  uploadTimeoutSeconds: z.int().min(1).max(86_400).default(14_400),
  /** How long requests may go on after SIGTERM. */
  shutdownGraceSeconds: z.int().min(0).max(600).default(30),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type ServerSettings = z.infer<typeof serverSettings>;
