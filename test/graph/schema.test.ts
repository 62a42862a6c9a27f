import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { printGraph } from '../../src/graph/print-graph.js';
import { projectDirectory } from '../support/project.js';

const printed = await printGraph();
const schema = buildSchema(printed);
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

describe('The printed schema', () => {
  it('is the one in schema/attachments.graphql; `npm run schema` renews it', () => {
    expect(readFileSync(join(projectDirectory, 'schema/attachments.graphql'), 'utf8')).toBe(printed);
  });

  it('is the same whenever it is printed', async () => {
    expect(await printGraph()).toBe(printed);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const undescribed = types.flatMap((type) => [type, ...membersOf(type)]).filter(({ description }) => !description?.trim());
    const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID'];
    expect(undescribed.map(({ name }) => name).filter((name) => !builtIn.includes(name))).toEqual([]);
  });

  it('gives every connection nodes, edges and pageInfo', () => {
    const connections = types.filter(isObjectType).filter(({ name }) => name.endsWith('Connection'));
    expect(connections.map(({ name }) => name).sort()).toEqual([
      'AttachmentConnection',
      'AttachmentVersionConnection',
      'ContainerConnection',
      'RenditionConnection',
    ]);
    for (const connection of connections) {
      expect(Object.keys(connection.getFields())).toEqual(expect.arrayContaining(['nodes', 'edges', 'pageInfo']));
    }
  });
});

function membersOf(type: (typeof types)[number]) {
  if (isEnumType(type)) return type.getValues();
  if (isInputObjectType(type)) return Object.values(type.getFields());
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [field, ...field.args]);
}
