import type { FastifyRequest } from 'fastify';
import type { Sandbox } from '../simulator.js';
import type { AttachmentState } from './model.js';
import { refusals } from './refusals.js';
import type { Sessions } from './sessions.js';
import type { VirolaState } from './state.js';

/** What the routes share. */
export interface Parts {
  readonly state: VirolaState;
  readonly sessions: Sessions;
  readonly sandbox: Sandbox;
  /** Whether a list that begins at a cursor holds the message of the cursor itself. */
  readonly includesCursor: boolean;
  readonly uploadState: AttachmentState;
}

/** The ":id" of a path. What cannot be an id is not found. */
export function idOf({ params }: FastifyRequest, what: Parameters<typeof refusals.notFound>[0]): number {
  const { id } = params as { readonly id: string };
  if (!/^\d{1,15}$/.test(id)) throw refusals.notFound(what);
  return Number(id);
}
