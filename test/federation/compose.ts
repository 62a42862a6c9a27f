import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByHive } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { projectDirectory } from '../support/project.js';

/** The example subgraph beside ours. */
export const messagesSdl = readFileSync(join(projectDirectory, 'test/federation/messages.graphql'), 'utf8');

export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  /** Where it answers. */
  readonly url?: string;
}

/** Both libraries that gateways are composed with, by name. Throws what they object to. */
export const composers: Readonly<Record<'hive' | 'apollo', (subgraphs: readonly Subgraph[]) => string>> = {
  hive: (subgraphs) => supergraphOf(composeByHive(subgraphs.map(toService))),
  apollo: (subgraphs) => supergraphOf(composeByApollo(subgraphs.map(toService))),
};

function toService({ name, sdl, url = 'http://127.0.0.1' }: Subgraph) {
  return { name, typeDefs: parse(sdl), url };
}

interface Composed {
  readonly supergraphSdl?: string | undefined;
  readonly errors?: readonly { readonly message: string }[] | undefined;
}

function supergraphOf({ supergraphSdl, errors = [] }: Composed): string {
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new Error(`The subgraphs cannot be composed:\n${errors.map(({ message }) => message).join('\n')}`);
}
