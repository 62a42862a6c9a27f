import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import { fixedCredentials } from '../../src/providers/credentials.js';
import { Rest, type RestOptions } from '../../src/providers/rest.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Listens until the test ends. */
export async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function restTo(baseUrl: string, more: Partial<RestOptions> = {}): Rest {
  const rest = new Rest({
    provider: 'remote',
    baseUrl,
    credentials: fixedCredentials({ authorization: 'Bearer secret' }),
    otherHosts: { hosts: [], origins: [] },
    connections: 4,
    timeoutMs: 5_000,
    toError: ({ status, body }) =>
      new ContentError('PROVIDER_ERROR', `refused: ${JSON.stringify(body)}`, { upstreamStatus: status }),
    ...more,
  });
  closing.push(() => rest.close());
  return rest;
}

export function answering(status: number, body: string, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** What each request proved itself by. */
export function noting(seen: (string | undefined)[], answer: RequestListener): RequestListener {
  return (request, response) => {
    seen.push(request.headers.authorization);
    answer(request, response);
  };
}
