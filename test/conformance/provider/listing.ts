import { expect } from '@jest/globals';
import { attachmentOrders } from '../../../src/providers/provider.js';
import { type Case, call, callWith, filenames, listAll, noSuchContainer, type SeedFile, seedOne, textFile } from './case.js';

const files: readonly SeedFile[] = [
  textFile('c.txt', '1'),
  { filename: 'A.html', contentType: 'text/html', bytes: '<!doctype html><p>22' },
  textFile('b.txt', '4444'),
];

const badCursors = ['', 'x', '*', 'bm9wZQ', '{"a":1}', 'x'.repeat(10_000)];

export const listingCases: readonly Case[] = [
  {
    id: 'LIST-1',
    level: 'MUST',
    title: 'gives every attachment once, whatever the size of its pages and the order',
    needs: ['list'],
    run: async (subject) => {
      const ids = await subject.seed(files);
      for (const orderBy of attachmentOrders) {
        for (const first of [1, 2, 3, 50]) {
          const listed = await listAll(subject, { orderBy }, first);
          expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
        }
      }
    },
  },
  {
    id: 'LIST-2',
    level: 'MUST',
    title: 'gives what stat gives',
    needs: ['list'],
    run: async (subject) => {
      await seedOne(subject);
      const [listed] = await listAll(subject, { orderBy: 'NAME_ASC' });
      expect(listed).toEqual(await subject.provider.stat(listed?.id ?? '', {}, call));
    },
  },
  {
    id: 'LIST-3',
    level: 'MUST',
    title: 'orders by name whatever the case, by size, by time of change',
    needs: ['list'],
    run: async (subject) => {
      await subject.seed(files);
      expect(await filenames(subject, { orderBy: 'NAME_ASC' })).toEqual(['A.html', 'b.txt', 'c.txt']);
      expect(await filenames(subject, { orderBy: 'SIZE_DESC' })).toEqual(['A.html', 'b.txt', 'c.txt']);
      const oldestFirst = await filenames(subject, { orderBy: 'MODIFIED_ASC' });
      expect(await filenames(subject, { orderBy: 'MODIFIED_DESC' })).toEqual([...oldestFirst].reverse());
    },
  },
  {
    id: 'LIST-4',
    level: 'MUST',
    title: 'says whether a page follows',
    needs: ['list'],
    run: async (subject) => {
      await subject.seed(files);
      const page = (first: number) => subject.provider.list({ orderBy: 'NAME_ASC' }, { first, after: null }, call);
      expect((await page(2)).hasNextPage).toBe(true);
      expect((await page(3)).hasNextPage).toBe(false);
    },
  },
  {
    id: 'LIST-5',
    level: 'MUST',
    title: 'is empty where there is nothing',
    needs: ['list'],
    run: async ({ provider }) => {
      expect(await provider.list({ orderBy: 'NAME_ASC' }, { first: 10, after: null }, call)).toEqual({
        items: [],
        hasNextPage: false,
      });
    },
  },
  {
    id: 'LIST-6',
    level: 'MUST',
    title: 'refuses a cursor that it did not give out',
    needs: ['list'],
    run: async (subject) => {
      await subject.seed(files);
      for (const after of badCursors) {
        const listing = subject.provider.list({ orderBy: 'NAME_ASC' }, { first: 1, after }, call);
        await expect(listing).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      }
    },
  },
  {
    id: 'LIST-7',
    level: 'MUST',
    title: 'neither repeats nor misses what stays while other attachments come',
    needs: ['list'],
    run: async (subject) => {
      const ids = await subject.seed(files);
      for (const orderBy of attachmentOrders) {
        const first = await subject.provider.list({ orderBy }, { first: 1, after: null }, call);
        await subject.seed([textFile(`0 before ${orderBy}.txt`), textFile(`z after ${orderBy}.txt`, 'x'.repeat(99))]);
        const rest = await subject.provider.list({ orderBy }, { first: 99, after: first.items[0]?.cursor ?? null }, call);
        const listed = [...first.items, ...rest.items].map(({ item }) => item.id);
        expect(new Set(listed).size).toBe(listed.length);
        expect(listed).toEqual(expect.arrayContaining([...ids]));
      }
    },
  },
  {
    id: 'LIST-8',
    level: 'MUST',
    title: 'a call that has ended rejects with its reason',
    needs: ['list'],
    run: async ({ provider }) => {
      const reason = new Error('the client left');
      const listing = provider.list({ orderBy: 'NAME_ASC' }, { first: 1, after: null }, callWith(AbortSignal.abort(reason)));
      await expect(listing).rejects.toBe(reason);
    },
  },
  {
    id: 'LIST-9',
    level: 'MUST',
    title: 'finds part of a name, whatever the case',
    needs: ['list', 'search'],
    run: async (subject) => {
      await subject.seed([textFile('Straßenplan.txt'), textFile('other.txt')]);
      expect(await filenames(subject, { text: 'straßenPLAN' })).toEqual(['Straßenplan.txt']);
    },
  },
  {
    id: 'LIST-10',
    level: 'SHOULD',
    title: 'takes a text for what it is, with no meaning of its own',
    needs: ['list', 'search'],
    run: async (subject) => {
      await subject.seed([textFile('100% _sure_.txt'), textFile('other.txt')]);
      expect(await filenames(subject, { text: '% _s' })).toEqual(['100% _sure_.txt']);
      expect(await filenames(subject, { text: 'o*r OR "x"' })).toEqual([]);
    },
  },
  {
    id: 'LIST-11',
    level: 'MUST',
    title: 'filters by what it says it can filter by',
    needs: ['list'],
    run: async (subject) => {
      await subject.seed(files);
      const { listFilters } = subject.provider.facts;
      if (listFilters.includes('contentTypes')) {
        expect(await filenames(subject, { contentTypes: ['text/html'] })).toEqual(['A.html']);
        expect(await filenames(subject, { contentTypes: ['text/*', 'image/*'] })).toHaveLength(3);
        expect(await filenames(subject, { contentTypes: ['image/*'] })).toEqual([]);
      }
      if (listFilters.includes('modifiedAfter')) {
        expect(await filenames(subject, { modifiedAfter: new Date(Date.now() + 3_600_000) })).toEqual([]);
        expect(await filenames(subject, { modifiedAfter: new Date(0) })).toHaveLength(3);
      }
      if (listFilters.includes('modifiedBefore')) {
        expect(await filenames(subject, { modifiedBefore: new Date(0) })).toEqual([]);
        expect(await filenames(subject, { modifiedBefore: new Date(Date.now() + 3_600_000) })).toHaveLength(3);
      }
      if (listFilters.includes('states')) {
        expect(await filenames(subject, { states: ['READY'] })).toHaveLength(3);
        expect(await filenames(subject, { states: ['CHECKSUM_MISMATCH'] })).toEqual([]);
      }
      if (listFilters.includes('container')) {
        await expect(filenames(subject, { container: noSuchContainer })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    },
  },
  {
    id: 'LIST-12',
    level: 'MUST',
    title: 'filters by nothing and counts nothing where there is no list',
    lacks: ['list'],
    run: async ({ provider }) => {
      expect(provider.facts.listFilters).toEqual([]);
      expect(provider.count).toBeUndefined();
    },
  },
  {
    id: 'COUNT-1',
    level: 'MUST',
    title: 'counts what a list gives, or does not tell',
    needs: ['list', 'count'],
    run: async (subject) => {
      await subject.seed(files);
      expect([3, null]).toContain(await subject.provider.count({ orderBy: 'NAME_ASC' }, call));
      if (!subject.provider.facts.listFilters.includes('text')) return;
      expect([2, null]).toContain(await subject.provider.count({ orderBy: 'NAME_ASC', text: '.TXT' }, call));
    },
  },
];
