import { PassThrough } from 'node:stream';
import { expect } from '@jest/globals';
import { bytesOf, type Case, call, callWith, content, digestOf, filenames, noSuchContainer, rootOf, write } from './case.js';

export const writingCases: readonly Case[] = [
  {
    id: 'WRITE-1',
    level: 'MUST',
    title: 'what was written can be read at once',
    needs: ['upload'],
    run: async (subject) => {
      const written = await write(subject, 'Grüße 1.txt', 'hello');
      expect(written).toMatchObject({ filename: 'Grüße 1.txt', state: 'READY' });
      expect(await subject.provider.stat(written.id, {}, call)).toEqual(written);
      expect(await bytesOf(await subject.provider.open(written.id, {}, call))).toBe('hello');
    },
  },
  {
    id: 'WRITE-2',
    level: 'SHOULD',
    title: 'a file may be empty',
    needs: ['upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'empty.txt', '');
      expect(await bytesOf(await subject.provider.open(id, {}, call))).toBe('');
    },
  },
  {
    id: 'WRITE-3',
    level: 'MUST',
    title: 'a container that is not there is NOT_FOUND',
    needs: ['upload'],
    run: async (subject) => {
      const writing = write(subject, 'a.txt', 'a', { container: noSuchContainer });
      await expect(writing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  },
  {
    id: 'WRITE-4',
    level: 'MUST',
    title: 'bytes that are not the promised ones are DIGEST_MISMATCH, and nothing is visible',
    needs: ['upload', 'digests', 'list'],
    run: async (subject) => {
      const algorithm = (await write(subject, 'first.txt', 'a')).digest?.algorithm ?? '';
      const wrong = { algorithm, hex: digestOf('other bytes', algorithm) };
      await expect(write(subject, 'a.txt', 'hello', { digest: wrong })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(await filenames(subject)).toEqual(['first.txt']);
      const right = { algorithm, hex: digestOf('hello', algorithm) };
      expect(await write(subject, 'a.txt', 'hello', { digest: right })).toMatchObject({ state: 'READY' });
    },
  },
  {
    id: 'WRITE-5',
    level: 'MUST',
    title: 'a taken name is CONFLICT, or a free name, as asked; none is taken where each file gets a message of its own',
    needs: ['upload'],
    run: async (subject) => {
      const first = await write(subject, 'a.txt', 'one');
      if (first.container?.type === 'Message') {
        const second = await write(subject, 'a.txt', 'two');
        expect([second.filename, second.id === first.id]).toEqual(['a.txt', false]);
        return;
      }
      await expect(write(subject, 'a.txt', 'two')).rejects.toMatchObject({ code: 'CONFLICT' });
      const renamed = await write(subject, 'a.txt', 'two', { onCollision: 'RENAME' });
      expect(renamed.filename).toMatch(/^a.+\.txt$/);
    },
  },
  {
    id: 'WRITE-6',
    level: 'MUST',
    title: 'a taken name is a new version, as asked',
    needs: ['upload', 'versions'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', 'one');
      const added = await write(subject, 'a.txt', 'two', { onCollision: 'NEW_VERSION' });
      expect(added).toMatchObject({ id, versionNumber: 2 });
      expect(await bytesOf(await subject.provider.open(id, {}, call))).toBe('two');
    },
  },
  {
    id: 'WRITE-7',
    level: 'MUST',
    title: 'a sender that breaks off leaves nothing, and is told so',
    needs: ['upload', 'list'],
    run: async (subject) => {
      const source = new PassThrough();
      source.write('half');
      const writing = write(subject, 'a.txt', '', { content: source });
      source.destroy(new Error('the connection was lost'));
      await expect(writing).rejects.toMatchObject({ name: 'ContentError' });
      expect(await filenames(subject)).toEqual([]);
    },
  },
  {
    id: 'WRITE-8',
    level: 'MUST',
    title: 'a call that ends rejects with its reason, leaves nothing and lets go of the sender',
    needs: ['upload', 'list'],
    run: async (subject) => {
      const { provider } = subject;
      const reason = new Error('the client left');
      const controller = new AbortController();
      const source = new PassThrough();
      source.write('half');
      const upload = {
        ...content(''),
        content: source,
        container: rootOf(provider),
        filename: 'a.txt',
        onCollision: 'FAIL',
      } as const;
      const writing = provider.write(upload, callWith(controller.signal));
      controller.abort(reason);
      await expect(writing).rejects.toBe(reason);
      expect(source.destroyed).toBe(true);
      expect(await filenames(subject)).toEqual([]);
    },
  },
  {
    id: 'WRITE-9',
    level: 'MUST',
    title: 'several at once all arrive',
    needs: ['upload', 'list'],
    run: async (subject) => {
      const names = Array.from({ length: 8 }, (_, number) => `${number}.txt`);
      await Promise.all(names.map((name) => write(subject, name, `content of ${name}`)));
      expect(await filenames(subject)).toEqual(names);
    },
  },
  {
    id: 'WRITE-10',
    level: 'MUST',
    title: 'has no limit and no other way to write where it cannot write',
    lacks: ['upload'],
    run: async ({ provider }) => {
      expect(provider.facts.writeMaxBytes).toBeNull();
      expect(provider.writeVersion).toBeUndefined();
    },
  },
  {
    id: 'RENAME-1',
    level: 'MUST',
    title: 'gives an attachment another name, but not a taken one',
    needs: ['rename', 'upload'],
    run: async (subject) => {
      const { id } = await write(subject, 'a.txt', 'one');
      await write(subject, 'b.txt', 'two');
      expect(await subject.provider.rename(id, 'c.txt', call)).toMatchObject({ id, filename: 'c.txt' });
      await expect(subject.provider.rename(id, 'b.txt', call)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await subject.provider.rename('no-such-id', 'd.txt', call)).toBeNull();
    },
  },
];
