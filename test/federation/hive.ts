import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { type Listening, listen } from './listening.js';

/** What the gateway passes on of a client's request: who it is for, and that no foreign page sent it. */
const passedOn = ['authorization', 'cookie', 'x-box-authorization', 'apollo-require-preflight'];

/** A Hive Gateway over a supergraph, configured as the README says. Its address is without a path. */
export async function startHiveGateway(supergraph: string): Promise<Listening> {
  const gateway = createGatewayRuntime({
    supergraph,
    transports: { http },
    logging: false,
    multipart: true,
    csrfPrevention: { requestHeaders: ['apollo-require-preflight'] },
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => Object.fromEntries(passedOn.map((name) => [name, request.headers.get(name)])),
    },
  });
  const server = await listen(createServer(gateway));
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}
