/** A Hive Gateway over an OpenAPI source: the list of a folder's items, and below each item its picture. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { getComposedSchemaFromConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const quiet = { child: () => quiet, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };

/** `listPath` and `picturePath` have {id} in the place of an id; `entries` is where a list has its items. → its GraphQL address */
export async function openGateway({ endpoint, authorization, listPath, picturePath, entries }) {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  const source = join(folder, 'openapi.json');
  await writeFile(source, JSON.stringify(toOpenApi(listPath, picturePath, entries)));
  const sourceHandler = loadOpenAPISubgraph('files', { source, endpoint, operationHeaders: { authorization } });
  const supergraph = await getComposedSchemaFromConfig(
    { subgraphs: [{ sourceHandler }], additionalTypeDefs: pictureOfItem },
    quiet,
  );
  await rm(folder, { recursive: true });
  const server = createServer(createGatewayRuntime({ supergraph, logging: false })).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${server.address().port}/graphql`;
}

const pictureOfItem = `extend type Item { picture: File @resolveTo(sourceName: "files", sourceTypeName: "Query",
  sourceFieldName: "picture", requiredSelectionSet: "{ id }", sourceArgs: { id: "{root.id}" }) }`;

function toOpenApi(listPath, picturePath, entries) {
  const properties = { id: { type: 'string' }, name: { type: 'string' } };
  const items = { title: 'Item', type: 'object', properties };
  const list = { title: 'List', type: 'object', properties: { [entries]: { type: 'array', items } } };
  return {
    openapi: '3.0.2',
    info: { title: 'files', version: '1' },
    paths: {
      [listPath]: { get: toOperation('list', 'application/json', list) },
      [picturePath]: { get: toOperation('picture', 'image/jpeg', { type: 'string', format: 'binary' }) },
    },
  };
}

function toOperation(operationId, contentType, schema) {
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
  return { operationId, parameters, responses: { 200: { description: '', content: { [contentType]: { schema } } } } };
}
