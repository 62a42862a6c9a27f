import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttachmentOrder } from '../../../src/providers/provider.js';
import { type OracleContentSandbox, openOracleContentSandbox } from '../../support/oracle-content.js';
import { call } from '../../support/vault.js';

let held: OracleContentSandbox;
beforeEach(async () => {
  held = await openOracleContentSandbox({ seed: false });
});
afterEach(() => held.close());

const home = { type: 'Folder', id: 'self' } as const;

function put(names: readonly string[]): Promise<readonly string[]> {
  return held.put(names.map((filename) => ({ filename, contentType: 'text/plain', bytes: filename })));
}

function page(orderBy: AttachmentOrder, first: number, after: string | null) {
  return held.provider.list({ container: home, orderBy }, { first, after }, call);
}

/** Names of one page after the other; `between` happens after each. */
async function namesOf(orderBy: AttachmentOrder, first: number, between: (page: number) => Promise<unknown> = async () => {}) {
  const names: string[] = [];
  for (let after: string | null = null, number = 1; ; number += 1) {
    const { items, hasNextPage } = await page(orderBy, first, after);
    names.push(...items.map(({ item }) => item.filename));
    after = items.at(-1)?.cursor ?? null;
    if (!hasNextPage) return names;
    await between(number);
  }
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `${`${number}`.padStart(3, '0')}.txt`);

describe('A folder in an order of the system', () => {
  it('is read little further than a page goes', async () => {
    await put(numbered(40));
    held.sandbox.log.clear();
    const { items, hasNextPage } = await page('NAME_ASC', 10, null);
    expect([items.length, hasNextPage]).toEqual([10, true]);
    await page('NAME_ASC', 10, items[9]?.cursor ?? null);
    const asked = held.sandbox.log.requests().map(({ path }) => Object.fromEntries(new URLSearchParams(path.split('?')[1])));
    expect(asked).toEqual([
      { limit: '31', offset: '0', orderby: 'name:asc' },
      { limit: '31', offset: '8', orderby: 'name:asc' },
    ]);
  });

  it.each<AttachmentOrder>(['NAME_ASC', 'MODIFIED_ASC', 'MODIFIED_DESC'])('%s gives each of many once', async (orderBy) => {
    const names = numbered(45);
    await put(names);
    expect((await namesOf(orderBy, 7)).sort()).toEqual(names);
  });

  it.each<AttachmentOrder>(['NAME_ASC', 'MODIFIED_ASC', 'MODIFIED_DESC'])(
    '%s misses nothing when much before goes',
    async (orderBy) => {
      const names = numbered(50);
      const ids = await put(names);
      const gone = orderBy === 'MODIFIED_DESC' ? ids.slice(35) : ids.slice(0, 15);
      const listed = await namesOf(orderBy, 20, async (number) => {
        if (number > 1) return;
        for (const id of gone) await held.provider.remove(id, { permanently: false }, call);
      });
      const stay = orderBy === 'MODIFIED_DESC' ? names.slice(0, 35) : names.slice(15);
      expect(listed).toEqual(expect.arrayContaining(stay));
      expect(new Set(listed).size).toBe(listed.length);
    },
  );

  it('repeats nothing when much comes before', async () => {
    const names = numbered(30);
    await put(names);
    const listed = await namesOf('NAME_ASC', 15, (number) =>
      put(Array.from({ length: 25 }, (_, more) => `!${number} ${more}.txt`)),
    );
    expect(listed.filter((name) => !name.startsWith('!'))).toEqual(names);
  });

  it('goes on where it was, however much went before', async () => {
    await put(numbered(5));
    const after = JSON.stringify(['001.txt', 'Z', 9_000]);
    const { items } = await page('NAME_ASC', 10, after);
    expect(items.map(({ item }) => item.filename)).toEqual(['002.txt', '003.txt', '004.txt']);
  });

  it.each([1e300, 1e15, -1, 0.5])('does not go on at the place %p', async (place) => {
    const after = JSON.stringify(['001.txt', 'D0', place]);
    await expect(page('NAME_ASC', 10, after)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(held.sandbox.log.requests()).toHaveLength(0);
  });

  it('passes over the folders in it', async () => {
    for (const name of ['a', 'b', 'c']) await held.provider.createContainer(home, name, call);
    await put(['aa.txt', 'bb.txt']);
    expect(await namesOf('NAME_ASC', 1)).toEqual(['aa.txt', 'bb.txt']);
  });

  it('that the system does not keep to is put right here', async () => {
    const item = (name: string) => ({ id: `D${name.toUpperCase()}`, name, type: 'file', modifiedTime: '2025-01-01T00:00:00Z' });
    const body = JSON.stringify({ errorCode: '0', hasMore: '0', items: ['b', 'C', 'a'].map(item) });
    held.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    expect(await namesOf('NAME_ASC', 2)).toEqual(['a', 'b', 'C']);
  });

  it('of sizes is gathered in one request', async () => {
    await put(['a', 'bbb.txt', 'cc.txt']);
    held.sandbox.log.clear();
    expect(await namesOf('SIZE_DESC', 3)).toEqual(['bbb.txt', 'cc.txt', 'a']);
    expect(held.sandbox.log.requests()).toHaveLength(1);
  });
});

describe('All that an account has', () => {
  it('is found in the folders below its home, one request each', async () => {
    const outer = await held.provider.createContainer(home, 'outer', call);
    const inner = await held.provider.createContainer(outer, 'inner', call);
    await put(['a.txt']);
    await held.put([{ filename: 'b.txt', contentType: 'text/plain', bytes: 'b' }], inner.id);
    held.sandbox.log.clear();
    const { items } = await held.provider.list({ orderBy: 'NAME_ASC' }, { first: 10, after: null }, call);
    expect(items.map(({ item }) => [item.filename, item.container?.id])).toEqual([
      ['a.txt', 'self'],
      ['b.txt', inner.id],
    ]);
    expect(held.sandbox.log.requests()).toHaveLength(3);
  });

  it('is refused where it is too much, with what to do instead', async () => {
    const items = [{ id: 'D1', name: 'a', type: 'file' }];
    const body = JSON.stringify({ errorCode: '0', hasMore: '1', items });
    held.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    const listing = held.provider.list({ orderBy: 'NAME_ASC' }, { first: 10, after: null }, call);
    await expect(listing).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX', message: expect.stringContaining('folder') });
  });
});
