import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByHive, composeSchemaContract } from '@theguild/federation-composition';
import { federateSubgraphs, LATEST_ROUTER_COMPATIBILITY_VERSION } from '@wundergraph/composition';
import { parse, print } from 'graphql';
import { projectDirectory } from '../support/project.js';

/** The example subgraph beside ours. */
export const messagesSdl = readFileSync(join(projectDirectory, 'docs/gateway/messages.graphql'), 'utf8');

export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  /** Where it answers. */
  readonly url?: string;
}

/** SDL of a supergraph. Throws what the library objects to. */
type Compose = (subgraphs: readonly Subgraph[]) => string;

/** The libraries whose supergraphs a Hive Gateway or an Apollo Router serves, by name. */
export const supergraphComposers: Readonly<Record<'hive' | 'apollo', Compose>> = {
  hive: (subgraphs) => supergraphOf(composeByHive(subgraphs.map(toService))),
  apollo: (subgraphs) => supergraphOf(composeByApollo(subgraphs.map(toService))),
};

/** All libraries that gateways are composed with. That of Cosmo puts costs and sources beside the schema, for its own router alone. */
export const composers: Readonly<Record<'hive' | 'apollo' | 'cosmo', Compose>> = {
  ...supergraphComposers,
  cosmo: (subgraphs) => print(composeByCosmo(subgraphs).federatedGraphAST),
};

/** SDL of what clients may see when parts with these tags are left out. */
export function composeContract(subgraphs: readonly Subgraph[], leftOut: readonly string[]): string {
  const filter = { include: new Set<string>(), exclude: new Set(leftOut) };
  const { publicSdl, errors } = composeSchemaContract(subgraphs.map(toService), filter) as ComposedContract;
  if (publicSdl === undefined) throw cannotBeComposed(errors);
  return publicSdl;
}

export function composeByCosmo(subgraphs: readonly Subgraph[]) {
  const services = subgraphs.map((subgraph) => ({ ...toService(subgraph), definitions: parse(subgraph.sdl) }));
  const composed = federateSubgraphs({ subgraphs: services, version: LATEST_ROUTER_COMPATIBILITY_VERSION });
  if (composed.success) return composed;
  throw cannotBeComposed(composed.errors);
}

function toService({ name, sdl, url = 'http://127.0.0.1' }: Subgraph) {
  return { name, typeDefs: parse(sdl), url };
}

interface Composed {
  readonly supergraphSdl?: string | undefined;
  readonly errors?: readonly { readonly message: string }[] | undefined;
}

interface ComposedContract extends Composed {
  readonly publicSdl?: string | undefined;
}

function supergraphOf({ supergraphSdl, errors }: Composed): string {
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw cannotBeComposed(errors);
}

function cannotBeComposed(errors: Composed['errors'] = []): Error {
  return new Error(`The subgraphs cannot be composed:\n${errors.map(({ message }) => message).join('\n')}`);
}
