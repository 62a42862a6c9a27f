/** Prints the supergraph of the subgraphs that a file names, in the form that Rover reads too: node docs/gateway/compose.mjs <file> */

import { readFile } from 'node:fs/promises';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';

const [file = new URL('supergraph.yaml', import.meta.url)] = process.argv.slice(2);
const { subgraphs } = parseYaml(await readFile(file, 'utf8'));
const services = Object.entries(subgraphs).map(async ([name, { routing_url: url, schema }]) => {
  return { name, url, typeDefs: parse(await sdlOf(schema.subgraph_url)) };
});
const { supergraphSdl, errors } = composeServices(await Promise.all(services));
if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
process.stdout.write(supergraphSdl);

/** What a running subgraph tells of itself. */
async function sdlOf(url) {
  const body = JSON.stringify({ query: '{ _service { sdl } }' });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data } = await response.json();
  return data._service.sdl;
}
