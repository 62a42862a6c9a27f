import { expect } from '@jest/globals';
import { bytesOf, type Case, call, content, seedOne, type WholeSubject, write } from './case.js';

const addVersion = ({ provider }: WholeSubject, id: string, bytes: string, ifVersion: number | null = null) =>
  provider.writeVersion(id, { ...content(bytes), ifVersion }, call);

export const versionCases: readonly Case[] = [
  {
    id: 'VERSION-1',
    level: 'MUST',
    title: 'an attachment has a current version',
    needs: ['versions'],
    run: async (subject) => {
      const id = await seedOne(subject);
      const { items } = await subject.provider.listVersions(id, { first: 10, after: null }, call);
      const current = (await subject.provider.stat(id, {}, call))?.versionNumber;
      expect(items.filter(({ item }) => item.current).map(({ item }) => item.number)).toEqual([current]);
    },
  },
  {
    id: 'VERSION-2',
    level: 'MUST',
    title: 'an unknown attachment has none',
    needs: ['versions'],
    run: async ({ provider }) => {
      const page = await provider.listVersions('no-such-id', { first: 10, after: null }, call);
      expect(page).toEqual({ items: [], hasNextPage: false });
    },
  },
  {
    id: 'VERSION-3',
    level: 'MUST',
    title: 'are listed newest first, page by page',
    needs: ['versions', 'writeVersion', 'upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', '1');
      await addVersion(subject, id, '22');
      await addVersion(subject, id, '333');
      const first = await subject.provider.listVersions(id, { first: 2, after: null }, call);
      const second = await subject.provider.listVersions(id, { first: 2, after: first.items[1]?.cursor ?? null }, call);
      expect([...first.items, ...second.items].map(({ item }) => item.number)).toEqual([3, 2, 1]);
      expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
    },
  },
  {
    id: 'VERSION-4',
    level: 'MUST',
    title: 'keep their bytes and their description',
    needs: ['versions', 'writeVersion', 'upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', 'one');
      const added = await addVersion(subject, id, 'second');
      expect(added).toMatchObject({ id, versionNumber: 2 });
      expect(await bytesOf(await subject.provider.open(id, { version: 1 }, call))).toBe('one');
      const [old, current] = await Promise.all([1, 2].map((version) => subject.provider.stat(id, { version }, call)));
      expect(current).toEqual(added);
      expect(old?.versionNumber).toBe(1);
      expect(old?.contentKey).not.toBe(current?.contentKey);
    },
  },
  {
    id: 'VERSION-5',
    level: 'MUST',
    title: 'are added only onto the one that is asked for',
    needs: ['versions', 'writeVersion', 'upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', 'one');
      await expect(addVersion(subject, id, 'two', 7)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await addVersion(subject, id, 'two', 1)).toMatchObject({ versionNumber: 2 });
      expect(await addVersion(subject, 'no-such-id', 'two')).toBeNull();
    },
  },
  {
    id: 'VERSION-6',
    level: 'MUST',
    title: 'come back as new ones',
    needs: ['restoreVersion', 'writeVersion', 'upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', 'one');
      await addVersion(subject, id, 'two');
      expect(await subject.provider.restoreVersion(id, 1, call)).toMatchObject({ id, versionNumber: 3 });
      expect(await bytesOf(await subject.provider.open(id, {}, call))).toBe('one');
      expect(await subject.provider.restoreVersion(id, 99, call)).toBeNull();
      expect(await subject.provider.restoreVersion('no-such-id', 1, call)).toBeNull();
    },
  },
  {
    id: 'VERSION-7',
    level: 'MUST',
    title: 'cannot be written or restored where there are none',
    lacks: ['versions'],
    run: async ({ provider }) => {
      expect(provider.restoreVersion).toBeUndefined();
    },
  },
];
