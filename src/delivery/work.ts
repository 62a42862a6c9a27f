import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContentError } from '../errors.js';
import { Abort } from '../lib/abort.js';

/** What is done for one request. */
export interface Work {
  /** Fires when the client leaves, and at the deadline while nothing has been sent. */
  readonly signal: AbortSignal;
  /** As Date.now() tells it. */
  readonly deadlineAt: number;
  end(): void;
}

export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

export function startWork(request: IncomingMessage, response: ServerResponse, deadlineSeconds: number): Work {
  const abort = new Abort();
  const leave = () => abort.abort(new ClientLeft('The client left'));
  const deadline = () => {
    if (!response.headersSent) abort.abort(tooSlow(deadlineSeconds));
  };
  const timer = setTimeout(deadline, deadlineSeconds * 1000);
  // A response that waits behind an earlier one would not tell that their connection is gone.
  request.once('close', leave);
  return {
    signal: abort.signal,
    deadlineAt: Date.now() + deadlineSeconds * 1000,
    end: () => {
      clearTimeout(timer);
      request.off('close', leave);
    },
  };
}

function tooSlow(seconds: number): ContentError {
  return new ContentError('PROVIDER_TIMEOUT', `The content was not there after ${seconds} seconds`, { retryable: true });
}
