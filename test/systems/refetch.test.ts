import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, isInterfaceType } from 'graphql';
import { printGraph } from '../../src/graph/print-graph.js';
import { type FiveSystems, openFiveSystems } from '../support/five-systems.js';

interface Thing {
  readonly __typename: string;
  readonly id: string;
}

/** What a client comes upon that looks around; a new type of things with an id must be met by it. */
const tour = `{
  providers {
    __typename id
    attachments(first: 3) { nodes { __typename id } }
    containers(first: 3) { nodes { ...place containers(first: 3) { nodes { ...place } } } }
  }
}
fragment place on Container { __typename id attachments(first: 3) { nodes { __typename id } } }`;

const nodeTypes = await typesOf('Node');
let systems: FiveSystems;
let met: readonly Thing[];

beforeAll(async () => {
  systems = await openFiveSystems();
  met = thingsIn((await systems.ask(tour)).data);
});
afterAll(() => systems.close());

describe('A thing with an id', () => {
  it.each(nodeTypes)('can be had again by it, alone and among others, whatever system it is of: %s', async (type) => {
    const things = met.filter(({ __typename }) => __typename === type);
    expect(things).not.toEqual([]);
    const { data, errors } = await systems.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids: things.map(({ id }) => id),
    });
    expect({ data, errors }).toEqual({ data: { nodes: things }, errors: [] });
    const one = await systems.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id: things[0]?.id });
    expect(one.at('node')).toEqual(things[0]);
  });
});

async function typesOf(name: string): Promise<readonly string[]> {
  const schema = buildSchema(await printGraph());
  const type = schema.getType(name);
  return isInterfaceType(type) ? schema.getPossibleTypes(type).map((possible) => possible.name) : [];
}

/** Each thing once, wherever it stands in an answer. */
function thingsIn(answer: unknown): readonly Thing[] {
  const found = new Map<string, Thing>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { __typename, id } = value as Partial<Thing>;
    if (__typename !== undefined && id !== undefined) found.set(id, { __typename, id });
    Object.values(value).forEach(look);
  };
  look(answer);
  return [...found.values()];
}
