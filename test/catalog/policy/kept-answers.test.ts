import { describe, expect, it } from '@jest/globals';
import { openAnswerCache } from '../../../src/catalog/policy/answer-cache.js';
import type { ToldPictures } from '../../../src/catalog/policy/told-pictures.js';
import { cacheSettings } from '../../../src/catalog/settings.js';
import type { PageRequest } from '../../../src/providers/provider.js';
import type { RenditionSpec } from '../../../src/rendition.js';
import {
  attachmentOf,
  callOf,
  failure,
  messageOf,
  pageOf,
  type Script,
  unavailable,
  upstreamNotes,
} from '../../support/scripted-provider.js';
import { silentLog } from '../../support/vault.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { policed, statsOf } from './harness.js';

const firstPage: PageRequest = { first: 10, after: null };
const thumbnail: RenditionSpec = { kind: 'thumbnail', size: 160, format: 'JPEG' };

describe('An answer', () => {
  it('serves again as long as it is fresh, at no request', async () => {
    const { provider, calls, clock } = await policed({});
    await provider.stat('1', {}, callOf());
    await clock.pass(59_000);
    const { notes, upstream } = upstreamNotes();
    expect(await provider.stat('1', {}, callOf({ upstream }))).toEqual(attachmentOf('1'));
    expect(calls.stat).toBe(1);
    expect(notes).toEqual(['cached box']);
    expect(statsOf(provider)).toMatchObject({ cacheHits: 1, cacheMisses: 1 });
  });

  it('is asked for again when it is no longer fresh', async () => {
    const { provider, calls, clock } = await policed({});
    await provider.stat('1', {}, callOf());
    await clock.pass(61_000);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(2);
  });

  it('that there is no such thing serves for a shorter time', async () => {
    const { provider, calls, clock } = await policed({ stat: async () => null });
    await provider.stat('1', {}, callOf());
    await clock.pass(4_000);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(1);
    await clock.pass(2_000);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(2);
  });

  it.each(['UPLOAD_IN_PROGRESS', 'CHECKSUM_MISMATCH'] as const)(
    'about an attachment that is %s serves for a shorter time',
    async (state) => {
      const { provider, calls, clock } = await policed({ list: async () => pageOf([attachmentOf('1', { state })]) });
      await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
      await clock.pass(6_000);
      await provider.stat('1', {}, callOf());
      await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
      expect(calls).toEqual({ list: 2, stat: 1 });
    },
  );

  it('that is an error is never kept', async () => {
    const { provider, calls } = await policed({
      stat: async () => Promise.reject(failure('FORBIDDEN', { upstreamStatus: 403 })),
    });
    for (const _ of [1, 2]) await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(calls.stat).toBe(2);
  });

  it('to one scope never serves another', async () => {
    const { provider, calls } = await policed({
      stat: async (_id, _options, { viewer }) => attachmentOf('1', { filename: viewer.scope }),
    });
    for (const scope of ['ann', 'ben', 'ann', 'ben']) {
      expect((await provider.stat('1', {}, callOf({ scope })))?.filename).toBe(scope);
    }
    expect(calls.stat).toBe(2);
  });

  it('of one account never serves another of the same name in the same store', async () => {
    const clock = new VirtualClock();
    const cache = await openAnswerCache(cacheSettings.parse({}), silentLog, clock);
    const open = (account: string) =>
      policed({ stat: async () => attachmentOf('1', { filename: account }) }, { clock, parts: { cache, account } });
    const [one, other] = [await open('one'), await open('other')];
    await one.provider.stat('1', {}, callOf());
    expect((await other.provider.stat('1', {}, callOf()))?.filename).toBe('other');
  });

  it('is kept for every question about metadata', async () => {
    const { provider, calls } = await policed({
      count: async () => 3,
      list: async () => pageOf([]),
      statContainer: async () => messageOf('m'),
      listContainers: async () => pageOf([]),
      listVersions: async () => ({ items: [], hasNextPage: false }),
      listUploadedRenditions: async () => [],
      openUploadedRendition: async () => null,
    });
    for (const _ of [1, 2]) {
      await provider.count?.({ orderBy: 'NAME_ASC' }, callOf());
      await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
      await provider.statContainer?.('Message', 'm', callOf());
      await provider.listContainers?.(null, firstPage, callOf());
      await provider.listVersions?.('1', firstPage, callOf());
      await provider.listUploadedRenditions?.('1', {}, callOf());
    }
    expect(Object.values(calls)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('goes when there is no room for all', async () => {
    const { provider, calls, cache } = await policed({}, { cache: { maxEntries: 3 } });
    for (const id of ['1', '2', '3', '4', '5', '1']) await provider.stat(id, {}, callOf());
    expect(calls.stat).toBe(6);
    expect(cache.stats().entries).toBe(3);
  });

  it('goes when all together take too much memory', async () => {
    const { provider, cache } = await policed({}, { cache: { maxBytes: 10_000 } });
    for (let id = 0; id < 50; id += 1) await provider.stat(`${id}`, {}, callOf());
    expect(cache.stats().bytes).toBeLessThanOrEqual(10_000);
    expect(cache.stats().entries).toBeGreaterThan(3);
  });
});

describe('A list', () => {
  it('answers stat for each of its attachments, also by the number of its version', async () => {
    const { provider, calls } = await policed({
      list: async () => pageOf([attachmentOf('1', { versionNumber: 7 }), attachmentOf('2')]),
    });
    await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
    expect((await provider.stat('1', {}, callOf()))?.versionNumber).toBe(7);
    expect((await provider.stat('1', { version: 7 }, callOf()))?.versionNumber).toBe(7);
    expect(await provider.stat('2', {}, callOf())).toEqual(attachmentOf('2'));
    expect(calls).toEqual({ list: 1 });
    await provider.stat('1', { version: 6 }, callOf());
    expect(calls.stat).toBe(1);
  });

  it('of containers answers for each of them and for the attachments told along', async () => {
    const attachments = [{ item: attachmentOf('1'), cursor: '1' }];
    const listed = { items: [{ item: messageOf('m'), cursor: 'm', attachments }], hasNextPage: false };
    const { provider, calls } = await policed({
      listContainers: async () => listed,
      statContainer: async () => null,
      statMany: async (ids) => ids.map(() => null),
    });
    await provider.listContainers?.(null, firstPage, callOf());
    expect(await provider.statContainer?.('Message', 'm', callOf())).toEqual(messageOf('m'));
    expect(await provider.statMany?.(['1'], callOf())).toEqual([attachmentOf('1')]);
    expect(calls).toEqual({ listContainers: 1 });
  });

  it('with more told along serves a question for less, and not the other way round', async () => {
    const { provider, calls } = await policed({
      listContainers: async () => pageOf([messageOf('m')]),
      statContainer: async () => null,
    });
    const ask = (attachments: boolean) =>
      provider.listContainers?.(null, { ...firstPage, ...(attachments ? { ahead: { attachments } } : {}) }, callOf());
    await ask(false);
    await ask(true);
    expect(calls.listContainers).toBe(2);
    await ask(false);
    await ask(true);
    expect(calls.listContainers).toBe(2);
  });
});

describe('A picture that a list tells along', () => {
  const picture = { bytes: Buffer.from('picture'), sizeCap: 160 };
  const withPicture: Script = {
    list: async () => ({ items: [{ item: attachmentOf('1'), cursor: '1', picture }], hasNextPage: false }),
    readRendition: async () => null,
    facts: { pictures: ['thumbnail'] },
  };

  it('is handed over once, and stands in no page that was kept', async () => {
    const put: unknown[] = [];
    const pictures: ToldPictures = { put: ({ id }, told) => put.push([id, told]) };
    const { provider } = await policed(withPicture, { parts: { pictures } });
    const pages = [1, 2].map(() => provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf()));
    const later = await Promise.all(pages).then(() => provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf()));
    expect(put).toEqual([['1', picture]]);
    expect(later?.items).toEqual([{ item: attachmentOf('1'), cursor: '1' }]);
  });

  it('with an attachment that is itself told along is handed over too', async () => {
    const put: string[] = [];
    const attachments = [{ item: attachmentOf('1'), cursor: '1', picture }];
    const { provider } = await policed(
      {
        listContainers: async () => ({ items: [{ item: messageOf('m'), cursor: 'm', attachments }], hasNextPage: false }),
        statContainer: async () => null,
      },
      { parts: { pictures: { put: ({ id }) => put.push(id) } } },
    );
    await provider.listContainers?.(null, firstPage, callOf());
    const later = await provider.listContainers?.(null, firstPage, callOf());
    expect(put).toEqual(['1']);
    expect(later?.items).toEqual([
      { item: messageOf('m'), cursor: 'm', attachments: [{ item: attachmentOf('1'), cursor: '1' }] },
    ]);
  });

  it('is asked for where the page that is kept came without pictures', async () => {
    const { provider, calls } = await policed(withPicture);
    const withPictures = { ...firstPage, ahead: { pictures: [thumbnail] } };
    await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
    await provider.list?.({ orderBy: 'NAME_ASC' }, withPictures, callOf());
    await provider.list?.({ orderBy: 'NAME_ASC' }, withPictures, callOf());
    await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
    expect(calls.list).toBe(2);
  });

  it('is never asked for where the provider has none', async () => {
    const { provider, calls } = await policed({ list: async () => pageOf([attachmentOf('1')]) });
    await provider.list?.({ orderBy: 'NAME_ASC' }, firstPage, callOf());
    await provider.list?.({ orderBy: 'NAME_ASC' }, { ...firstPage, ahead: { pictures: [thumbnail] } }, callOf());
    expect(calls.list).toBe(1);
  });
});

describe('A batch', () => {
  it('asks only for what is not kept, and answers in its order', async () => {
    const asked: (readonly string[])[] = [];
    const { provider } = await policed({
      statMany: async (ids) => {
        asked.push(ids);
        return ids.map((id) => (id === 'none' ? null : attachmentOf(id)));
      },
    });
    const { notes, upstream } = upstreamNotes();
    await provider.statMany?.(['1', '2', 'none'], callOf());
    const answers = await provider.statMany?.(['3', 'none', '2', '1'], callOf({ upstream }));
    expect(answers).toEqual([attachmentOf('3'), null, attachmentOf('2'), attachmentOf('1')]);
    expect(asked).toEqual([['1', '2', 'none'], ['3']]);
    expect(notes).toEqual(['cached box', 'cached box', 'cached box']);
  });

  it('answers stat afterwards, and the other way round', async () => {
    const { provider, calls } = await policed({ statMany: async (ids) => ids.map((id) => attachmentOf(id)) });
    await provider.statMany?.(['1'], callOf());
    await provider.stat('1', {}, callOf());
    await provider.stat('2', {}, callOf());
    await provider.statMany?.(['1', '2'], callOf());
    expect(calls).toEqual({ statMany: 1, stat: 1 });
  });

  it('keeps no failure of one of its ids', async () => {
    const { provider, calls } = await policed({ statMany: async (ids) => ids.map(() => unavailable) });
    expect(await provider.statMany?.(['1'], callOf())).toEqual([unavailable]);
    await provider.statMany?.(['1'], callOf());
    expect(calls.statMany).toBe(2);
  });

  it('fails by the id where a part of it is kept and the rest cannot be had', async () => {
    const { provider } = await policed({ statMany: () => Promise.reject(failure('FORBIDDEN', { upstreamStatus: 403 })) });
    await provider.stat('1', {}, callOf());
    expect(await provider.statMany?.(['1', '2'], callOf())).toMatchObject([{ id: '1' }, { code: 'FORBIDDEN' }]);
    await expect(provider.statMany?.(['2', '3'], callOf())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
