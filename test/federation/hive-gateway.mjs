/** A Hive Gateway over the supergraph that comes by standard input, configured as the README says. Prints its address. */

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';

/** What it passes on of a client's request: whose it is, and that no foreign page sent it. */
const passedOn = ['authorization', 'cookie', 'x-box-authorization', 'apollo-require-preflight'];

const gateway = createGatewayRuntime({
  supergraph: await text(process.stdin),
  transports: { http },
  logging: false,
  multipart: true,
  csrfPrevention: { requestHeaders: ['apollo-require-preflight'] },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => Object.fromEntries(passedOn.map((name) => [name, request.headers.get(name)])),
  },
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`ready on http://127.0.0.1:${server.address().port}`));
