import { expect } from '@jest/globals';
import { type Case, call, filenames, noSuchContainer, rootOf, seedOne, unknownIds } from './case.js';

export const containerCases: readonly Case[] = [
  {
    id: 'CONTAINER-1',
    level: 'MUST',
    title: 'finds the container of an attachment',
    needs: ['statContainer'],
    run: async (subject) => {
      const id = await seedOne(subject);
      const ref = (await subject.provider.stat(id, {}, call))?.container;
      if (!ref) throw new Error('The attachment has no container');
      expect(await subject.provider.statContainer(ref.type, ref.id, call)).toMatchObject(ref);
    },
  },
  {
    id: 'CONTAINER-2',
    level: 'MUST',
    title: 'an unknown container, or one of another type, is null',
    needs: ['statContainer'],
    run: async ({ provider }) => {
      const root = provider.facts.rootContainer;
      const unknown = unknownIds.filter((id) => id !== root?.id);
      const answers = await Promise.all(unknown.map((id) => provider.statContainer('Folder', id, call)));
      expect(answers).toEqual(unknown.map(() => null));
      if (root) expect(await provider.statContainer(root.type === 'Room' ? 'Folder' : 'Room', root.id, call)).toBeNull();
    },
  },
  {
    id: 'CONTAINER-3',
    level: 'MUST',
    title: 'finds the container that uploads go to by default',
    needs: ['upload', 'statContainer'],
    run: async ({ provider }) => {
      const root = provider.facts.rootContainer;
      if (root) expect(await provider.statContainer(root.type, root.id, call)).toMatchObject(root);
    },
  },
  {
    id: 'CONTAINER-4',
    level: 'MUST',
    title: 'lists those of a parent, each of which names that parent',
    needs: ['listContainers'],
    run: async ({ provider }) => {
      const top = await provider.listContainers(null, { first: 50, after: null }, call);
      expect(top.items.map(({ item }) => item.parent)).toEqual(top.items.map(() => null));
      for (const { item } of top.items) {
        const below = await provider.listContainers(item, { first: 50, after: null }, call);
        expect(below.items.map((each) => each.item.parent?.id)).toEqual(below.items.map(() => item.id));
      }
    },
  },
  {
    id: 'CONTAINER-5',
    level: 'MUST',
    title: 'refuses to list what is in a container that is not there',
    needs: ['listContainers'],
    run: async ({ provider }) => {
      const listing = provider.listContainers(noSuchContainer, { first: 50, after: null }, call);
      await expect(listing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  },
  {
    id: 'CONTAINER-6',
    level: 'MUST',
    title: 'lists by name, page by page, and refuses a cursor that it did not give out',
    needs: ['listContainers', 'createContainer'],
    run: async ({ provider }) => {
      const parent = rootOf(provider);
      for (const name of ['b', 'c', 'a']) await provider.createContainer(parent, name, call);
      const first = await provider.listContainers(parent, { first: 2, after: null }, call);
      const second = await provider.listContainers(parent, { first: 2, after: first.items[1]?.cursor ?? null }, call);
      expect([...first.items, ...second.items].map(({ item }) => item.name)).toEqual(['a', 'b', 'c']);
      expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
      const refused = provider.listContainers(parent, { first: 2, after: 'nonsense' }, call);
      await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  },
  {
    id: 'CONTAINER-7',
    level: 'MUST',
    title: 'makes one that can be found, but not two of a name',
    needs: ['createContainer', 'statContainer'],
    run: async ({ provider }) => {
      const parent = rootOf(provider);
      const made = await provider.createContainer(parent, 'Grüße', call);
      expect(await provider.statContainer(made.type, made.id, call)).toEqual(made);
      await expect(provider.createContainer(parent, 'Grüße', call)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(provider.createContainer(noSuchContainer, 'x', call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  },
  {
    id: 'CONTAINER-8',
    level: 'MUST',
    title: 'lists only what lies directly in a container',
    needs: ['list', 'createContainer'],
    run: async (subject) => {
      await seedOne(subject);
      const { provider } = subject;
      if (!provider.facts.listFilters.includes('container')) return;
      const made = await provider.createContainer(rootOf(provider), 'empty', call);
      expect(await filenames(subject, { container: made })).toEqual([]);
    },
  },
];
