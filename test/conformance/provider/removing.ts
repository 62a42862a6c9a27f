import { expect } from '@jest/globals';
import { describe } from '../../../src/providers/capabilities.js';
import { type Case, call, filenames, seedOne, textFile } from './case.js';

export const removingCases: readonly Case[] = [
  {
    id: 'REMOVE-1',
    level: 'MUST',
    title: 'for good means that it is not there any more, or is refused where there is a trash that nothing comes back from',
    needs: ['delete'],
    run: async (subject) => {
      const id = await seedOne(subject);
      const removed = await subject.provider.remove(id, { permanently: true }, call).catch(({ code }) => code);
      if (!describe(subject.provider).restore && removed === 'NOT_SUPPORTED_BY_PROVIDER') {
        expect(await subject.provider.stat(id, {}, call)).toMatchObject({ id, state: 'READY' });
        return;
      }
      expect(removed).toBe(true);
      expect(await subject.provider.stat(id, {}, call)).toBeNull();
      expect(await subject.provider.open(id, {}, call)).toBeNull();
      expect(await subject.provider.remove(id, { permanently: true }, call)).toBe(false);
    },
  },
  {
    id: 'REMOVE-2',
    level: 'MUST',
    title: 'an unknown attachment is false',
    needs: ['delete'],
    run: async ({ provider }) => {
      expect(await provider.remove('no-such-id', { permanently: true }, call)).toBe(false);
      expect(await provider.remove('no-such-id', { permanently: false }, call)).toBe(false);
    },
  },
  {
    id: 'REMOVE-3',
    level: 'MUST',
    title: 'takes one out of the list and leaves the others',
    needs: ['delete', 'list'],
    run: async (subject) => {
      const [one = ''] = await subject.seed([textFile('one.txt'), textFile('two.txt')]);
      await subject.provider.remove(one, { permanently: false }, call);
      expect(await filenames(subject)).toEqual(['two.txt']);
    },
  },
  {
    id: 'TRASH-1',
    level: 'MUST',
    title: 'keeps an attachment that can be found and comes back as it was',
    needs: ['delete', 'restore'],
    run: async (subject) => {
      const id = await seedOne(subject, textFile('one.txt'));
      await subject.provider.remove(id, { permanently: false }, call);
      expect(await subject.provider.stat(id, {}, call)).toMatchObject({ state: 'TRASHED' });
      expect(await subject.provider.restore(id, call)).toMatchObject({ id, filename: 'one.txt', state: 'READY' });
    },
  },
  {
    id: 'TRASH-2',
    level: 'MUST',
    title: 'gives back nothing that is not there',
    needs: ['restore'],
    run: async ({ provider }) => {
      expect(await provider.restore('no-such-id', call)).toBeNull();
    },
  },
  {
    id: 'TRASH-3',
    level: 'MUST',
    title: 'can be emptied, one by one',
    needs: ['delete', 'restore'],
    run: async (subject) => {
      const id = await seedOne(subject);
      await subject.provider.remove(id, { permanently: false }, call);
      expect(await subject.provider.remove(id, { permanently: true }, call)).toBe(true);
      expect(await subject.provider.stat(id, {}, call)).toBeNull();
    },
  },
  {
    id: 'TRASH-4',
    level: 'MUST',
    title: 'is not there where nothing can be deleted',
    lacks: ['delete'],
    run: async ({ provider }) => {
      expect(provider.restore).toBeUndefined();
    },
  },
];
