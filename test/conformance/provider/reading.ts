import { expect } from '@jest/globals';
import { bytesOf, type Case, call, callWith, digestOf, seedOne, textFile, unknownIds } from './case.js';

export const readingCases: readonly Case[] = [
  {
    id: 'CHECK-1',
    level: 'MUST',
    title: 'a system that answers passes its check',
    run: async ({ provider }) => {
      await expect(provider.check(call)).resolves.toBeUndefined();
    },
  },
  {
    id: 'STAT-1',
    level: 'MUST',
    title: 'an unknown id, or one that cannot be an id, is null',
    run: async ({ provider }) => {
      const answers = await Promise.all(unknownIds.map((id) => provider.stat(id, {}, call)));
      expect(answers).toEqual(unknownIds.map(() => null));
    },
  },
  {
    id: 'STAT-2',
    level: 'MUST',
    title: 'tells name, type, state and whose it is',
    run: async (subject) => {
      const id = await seedOne(subject, textFile('Grüße 1.txt'));
      expect(await subject.provider.stat(id, {}, call)).toMatchObject({
        provider: subject.provider.name,
        id,
        filename: 'Grüße 1.txt',
        contentType: 'text/plain',
        state: 'READY',
      });
    },
  },
  {
    id: 'STAT-3',
    level: 'MUST',
    title: 'tells the right size, or null',
    run: async (subject) => {
      const id = await seedOne(subject, textFile('one.txt', 'äöü'));
      const attachment = await subject.provider.stat(id, {}, call);
      expect([6, null]).toContain(attachment?.sizeBytes);
    },
  },
  {
    id: 'STAT-4',
    level: 'MUST',
    title: 'names the bytes by a key of plain characters, the same each time',
    run: async (subject) => {
      const id = await seedOne(subject);
      const first = await subject.provider.stat(id, {}, call);
      const second = await subject.provider.stat(id, {}, call);
      expect(first?.contentKey).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(second?.contentKey).toBe(first?.contentKey);
    },
  },
  {
    id: 'STAT-5',
    level: 'MUST',
    title: 'gives different keys to different bytes',
    run: async (subject) => {
      const ids = await subject.seed([textFile('one.txt', 'one'), textFile('two.txt', 'two')]);
      const keys = await Promise.all(ids.map(async (id) => (await subject.provider.stat(id, {}, call))?.contentKey));
      expect(new Set(keys).size).toBe(2);
    },
  },
  {
    id: 'STAT-6',
    level: 'MUST',
    title: 'tells the digest of the bytes, in lower case',
    needs: ['digests'],
    run: async (subject) => {
      const id = await seedOne(subject, textFile('one.txt', 'one'));
      const digest = (await subject.provider.stat(id, {}, call))?.digest;
      expect(digest?.hex).toBe(digestOf('one', digest?.algorithm));
    },
  },
  {
    id: 'STAT-7',
    level: 'MUST',
    title: 'tells no digest where it says that it has none',
    lacks: ['digests'],
    run: async (subject) => {
      const id = await seedOne(subject);
      expect((await subject.provider.stat(id, {}, call))?.digest).toBeNull();
    },
  },
  {
    id: 'STAT-8',
    level: 'MUST',
    title: 'a version that is not there is null',
    run: async (subject) => {
      const id = await seedOne(subject);
      const answers = await Promise.all([0, -1, 999].map((version) => subject.provider.stat(id, { version }, call)));
      expect(answers).toEqual([null, null, null]);
    },
  },
  {
    id: 'STAT-9',
    level: 'MUST',
    title: 'answers a batch in the order of its ids, null for unknown ones',
    needs: ['statMany'],
    run: async (subject) => {
      const [one = '', two = ''] = await subject.seed([textFile('one.txt'), textFile('two.txt')]);
      const answers = await subject.provider.statMany([two, 'no-such-id', one, two], call);
      expect(answers).toMatchObject([{ filename: 'two.txt' }, null, { filename: 'one.txt' }, { filename: 'two.txt' }]);
    },
  },
  {
    id: 'STAT-10',
    level: 'MUST',
    title: 'answers an empty batch',
    needs: ['statMany'],
    run: async ({ provider }) => {
      expect(await provider.statMany([], call)).toEqual([]);
    },
  },
  {
    id: 'OPEN-1',
    level: 'MUST',
    title: 'gives the bytes as they were put in',
    run: async (subject) => {
      const bytes = 'zero \0, umlaut ä, line\r\n';
      const id = await seedOne(subject, textFile('one.txt', bytes));
      expect(await bytesOf(await subject.provider.open(id, {}, call))).toBe(bytes);
    },
  },
  {
    id: 'OPEN-2',
    level: 'MUST',
    title: 'an unknown id is null',
    run: async ({ provider }) => {
      const answers = await Promise.all(unknownIds.map((id) => provider.open(id, {}, call)));
      expect(answers).toEqual(unknownIds.map(() => null));
    },
  },
  {
    id: 'OPEN-3',
    level: 'MUST',
    title: 'gives a range, unless it gives a file to cut it from',
    needs: ['ranges'],
    run: async (subject) => {
      const id = await seedOne(subject, textFile('one.txt', '0123456789'));
      const opened = await subject.provider.open(id, { range: { start: 2, end: 4 } }, call);
      const isFile = opened !== null && 'path' in opened.body;
      expect(opened?.range).toEqual(isFile ? null : { start: 2, end: 4 });
      expect(await bytesOf(opened)).toBe(isFile ? '0123456789' : '234');
    },
  },
  {
    id: 'OPEN-4',
    level: 'SHOULD',
    title: 'tells the size of the whole content',
    run: async (subject) => {
      const id = await seedOne(subject, textFile('one.txt', '0123456789'));
      const opened = await subject.provider.open(id, {}, call);
      await bytesOf(opened);
      expect(opened?.sizeBytes).toBe(10);
    },
  },
  {
    id: 'CALL-1',
    level: 'MUST',
    title: 'a call that has ended rejects with its reason',
    run: async (subject) => {
      const id = await seedOne(subject);
      const reason = new Error('the client left');
      const ended = callWith(AbortSignal.abort(reason));
      await expect(subject.provider.stat(id, {}, ended)).rejects.toBe(reason);
      await expect(subject.provider.open(id, {}, ended)).rejects.toBe(reason);
    },
  },
];
