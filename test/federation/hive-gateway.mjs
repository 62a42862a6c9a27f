/** A Hive Gateway over the supergraph that comes by standard input, with the configuration that docs/gateways.md shows. */

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { gatewayConfig } from '../../docs/gateway/gateway.config.mjs';

const supergraph = await text(process.stdin);
const gateway = createGatewayRuntime({ ...gatewayConfig, supergraph, transports: { http }, logging: false });
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`ready on http://127.0.0.1:${server.address().port}`));
