import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../src/attachment.js';
import type { AttachmentOrder, AttachmentQuery } from '../../src/providers/provider.js';
import { toSortedPage } from '../../src/providers/sorted-page.js';

function attachment(id: string, more: Partial<Attachment> = {}): Attachment {
  return {
    provider: 'remote',
    id,
    filename: `${id}.txt`,
    contentType: 'text/plain',
    sizeBytes: 1,
    digest: null,
    state: 'READY',
    createdAt: null,
    modifiedAt: null,
    container: null,
    versionNumber: null,
    contentKey: id,
    permissions: { read: true, download: true, replace: false, delete: false, share: false },
    ...more,
  };
}

function ids(gathered: readonly Attachment[], query: Partial<AttachmentQuery> = {}): readonly string[] {
  const page = toSortedPage(gathered, { orderBy: 'NAME_ASC', ...query }, { first: 100, after: null });
  return page.items.map(({ item }) => item.id);
}

function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, number));
}

describe('A sorted page', () => {
  it.each<[AttachmentOrder, readonly string[]]>([
    ['NAME_ASC', ['b', 'c', 'a']],
    ['SIZE_DESC', ['b', 'a', 'c']],
    ['MODIFIED_DESC', ['c', 'a', 'b']],
    ['MODIFIED_ASC', ['a', 'c', 'b']],
  ])('in the order %s has what the system does not tell last', (orderBy, expected) => {
    const gathered = [
      attachment('a', { filename: 'C', sizeBytes: 5, modifiedAt: day(1) }),
      attachment('b', { filename: 'a', sizeBytes: 9 }),
      attachment('c', { filename: 'B', sizeBytes: null, modifiedAt: day(2) }),
    ];
    expect(ids(gathered, { orderBy })).toEqual(expected);
  });

  it('settles ties by id, so that every page has one order', () => {
    const gathered = ['2', '1', '3'].map((id) => attachment(id, { filename: 'same' }));
    expect(ids(gathered)).toEqual(['1', '2', '3']);
  });

  it('is followed by the next one, whatever was added before its cursor meanwhile', () => {
    const query = { orderBy: 'NAME_ASC' } as const;
    const gathered = ['b', 'c', 'd'].map((id) => attachment(id));
    const first = toSortedPage(gathered, query, { first: 2, after: null });
    const after = first.items[1]?.cursor ?? null;
    const second = toSortedPage([attachment('a'), ...gathered], query, { first: 2, after });
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
    expect(second.items.map(({ item }) => item.id)).toEqual(['d']);
  });

  it.each(['', 'nonsense', '{}', '[1]', '[null,"a"]', '["a","b","c"]'])('refuses the cursor %j', (after) => {
    const page = () => toSortedPage([], { orderBy: 'NAME_ASC' }, { first: 2, after });
    expect(page).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('holds what is READY where no state is asked for', () => {
    const gathered = [attachment('a', { state: 'TRASHED' }), attachment('b')];
    expect(ids(gathered)).toEqual(['b']);
    expect(ids(gathered, { states: ['TRASHED'] })).toEqual(['a']);
  });

  it('holds what matches every filter', () => {
    const gathered = [
      attachment('a', { filename: 'Grüße.PNG', contentType: 'image/png', modifiedAt: day(2) }),
      attachment('b', { filename: 'other.png', contentType: 'image/png', modifiedAt: day(3) }),
    ];
    expect(ids(gathered, { text: 'GRÜSSE'.replace('SS', 'ß') })).toEqual(['a']);
    expect(ids(gathered, { contentTypes: ['image/*'] })).toEqual(['a', 'b']);
    expect(ids(gathered, { contentTypes: ['image/jpeg'] })).toEqual([]);
    expect(ids(gathered, { modifiedAfter: day(2) })).toEqual(['b']);
    expect(ids(gathered, { modifiedBefore: day(3) })).toEqual(['a']);
  });
});
