import { describe, expect, it } from '@jest/globals';
import { fileSchema, itemsSchema } from '../../../src/providers/oracle-content/wire.js';

describe('A list on the wire', () => {
  it.each([
    ['1', true],
    [1, true],
    [true, true],
    ['true', true],
    ['0', false],
    [0, false],
    [false, false],
    ['', false],
  ])('that says hasMore %j has more: %j', (hasMore, expected) => {
    expect(itemsSchema.parse({ hasMore }).hasMore).toBe(expected);
  });

  it('that is empty has no items', () => {
    expect(itemsSchema.parse({ errorCode: '0', count: '0', hasMore: '0' }).items).toEqual([]);
  });
});

describe('A file on the wire', () => {
  it.each(['D1', 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9', 'D3E2C64C386901BFC239EB7D394A94AF203799A93B9'])(
    'may have the id %s',
    (id) => {
      expect(fileSchema.parse({ id, name: 'a', parentID: 'self' }).id).toBe(id);
    },
  );

  it.each(['', '../D1', 'D1?version=1', 'D1#', 'D%2f1', 'self', 'D'.repeat(65)])(
    'has no id, and no parent, that could become another address: %j',
    (id) => {
      expect(fileSchema.safeParse({ id, name: 'a' }).success).toBe(false);
      expect(fileSchema.safeParse({ id: 'D1', name: 'a', parentID: id }).success).toBe(id === 'self');
    },
  );
});
