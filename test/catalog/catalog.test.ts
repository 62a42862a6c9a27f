import { describe, expect, it } from '@jest/globals';
import { Catalog } from '../../src/catalog/catalog.js';
import type { Provider, ProviderFacts } from '../../src/providers/provider.js';
import { pictureOptions } from '../conformance/provider.js';
import { attachmentOf, callOf, failure, pageOf, scripted, unavailable } from '../support/scripted-provider.js';
import { policed } from './policy/harness.js';

const page = { first: 10, after: null };

describe('A provider that contradicts itself', () => {
  const contradictory: readonly (readonly [string, Partial<Omit<Provider, 'facts'>>, Partial<ProviderFacts>])[] = [
    ['it has readRendition, and its pictures are empty', { readRendition: async () => null }, {}],
    ['it states pictures without readRendition', {}, { pictures: ['thumbnail'] }],
    ['it states listFilters without list', {}, { listFilters: ['text'] }],
    ['it states listOrders without list', {}, { listOrders: ['NAME_ASC'] }],
    ['it has list, and its listOrders are empty', { list: async () => pageOf([]) }, { listOrders: [] }],
    ['it has count without list', { count: async () => 0 }, {}],
    ['it has restore without remove', { restore: async () => null }, {}],
    ['it has restoreVersion without listVersions', { restoreVersion: async () => null }, {}],
    ['it has writeVersion without write', { writeVersion: async () => null }, {}],
    ['it has listUploadedRenditions without openUploadedRendition', { listUploadedRenditions: async () => [] }, {}],
    ['it has createContainer without statContainer', { createContainer: () => Promise.reject(unavailable) }, {}],
    ['it states writeMaxBytes without write', {}, { writeMaxBytes: 1 }],
    ['it states a rootContainer without statContainer', {}, { rootContainer: { type: 'Folder', id: '0' } }],
  ];

  it.each(contradictory)('is refused at the start: %s', (contradiction, methods, facts) => {
    const { provider } = scripted({ name: 'box-eu', ...methods, facts });
    expect(() => new Catalog([provider])).toThrow(`The provider "box-eu" contradicts itself: ${contradiction}`);
  });

  it('is told everything at once', () => {
    const { provider } = scripted({ restore: async () => null, facts: { pictures: ['page'] } });
    expect(() => new Catalog([provider])).toThrow('it has restore without remove; it states pictures without readRendition');
  });
});

describe('A list', () => {
  it('in an order that the provider does not have is refused, and nothing is asked', async () => {
    const { provider, calls } = scripted({
      list: async () => pageOf([]),
      count: async () => 0,
      facts: { listOrders: ['NAME_ASC'] },
    });
    const catalog = new Catalog([provider]);
    const refusal = {
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      message: 'box cannot list in the order SIZE_DESC',
      details: { provider: 'box' },
    };
    await expect(catalog.list('box', { orderBy: 'SIZE_DESC' }, page, callOf())).rejects.toMatchObject(refusal);
    await expect(catalog.count('box', { orderBy: 'SIZE_DESC' }, callOf())).rejects.toMatchObject(refusal);
    expect(calls).toEqual({});
  });

  it('by a filter that the provider does not have is refused, and nothing is asked', async () => {
    const { provider, calls } = scripted({
      list: async () => pageOf([]),
      count: async () => 0,
      facts: { listFilters: ['text'] },
    });
    const catalog = new Catalog([provider]);
    const query = { orderBy: 'NAME_ASC', text: 'a', contentTypes: ['image/*'], states: ['READY'] } as const;
    const refusal = { code: 'NOT_SUPPORTED_BY_PROVIDER', message: 'box cannot filter by contentTypes, states' };
    await expect(catalog.list('box', query, page, callOf())).rejects.toMatchObject(refusal);
    await expect(catalog.count('box', query, callOf())).rejects.toMatchObject(refusal);
    expect(calls).toEqual({});
  });

  it('hands on what will be asked next', async () => {
    const seen: unknown[] = [];
    const { provider } = scripted({
      list: async (_query, request) => {
        seen.push(request.ahead);
        return pageOf([]);
      },
    });
    const ahead = { pictures: [{ kind: 'thumbnail', size: 160, format: 'JPEG' }] } as const;
    await new Catalog([provider]).list('box', { orderBy: 'NAME_ASC' }, { ...page, ahead }, callOf());
    expect(seen).toEqual([ahead]);
  });
});

describe("A picture of a provider's own", () => {
  const spec = { kind: 'page', page: 1, width: 320, format: 'PNG' } as const;

  it('is asked for where the provider has pictures of that kind', async () => {
    const picture = { state: 'PENDING', retryAfterSeconds: 3 } as const;
    const { provider } = scripted({ readRendition: async () => picture, facts: { pictures: ['page'] } });
    expect(await new Catalog([provider]).readRendition(attachmentOf('1'), spec, pictureOptions, callOf())).toBe(picture);
  });

  it('is not asked for where it has none of that kind', async () => {
    const { provider, calls } = scripted({ readRendition: async () => null, facts: { pictures: ['thumbnail'] } });
    expect(await new Catalog([provider]).readRendition(attachmentOf('1'), spec, pictureOptions, callOf())).toBeNull();
    expect(calls).toEqual({});
  });
});

describe('A hundred attachments by their ids', () => {
  it('are one call to a provider that can, and a call each to one that cannot', async () => {
    const box = scripted({ statMany: async (ids) => ids.map((id) => attachmentOf(id)) });
    const oracle = scripted({ name: 'oracle' });
    const refs = Array.from({ length: 100 }, (_, index) => ({ provider: index < 50 ? 'box' : 'oracle', id: `${index}` }));
    const found = await new Catalog([box.provider, oracle.provider]).statMany(refs, callOf());
    expect(found.map((attachment) => attachment && 'id' in attachment && attachment.id)).toEqual(refs.map(({ id }) => id));
    expect([box.calls, oracle.calls]).toEqual([{ statMany: 1 }, { stat: 50 }]);
  });
});

describe('The health of a provider', () => {
  const healthOf = (provider: Provider) => new Catalog([provider]).health('box', callOf());

  it('is UP when it answers, and tells what may still be asked', async () => {
    const { provider } = await policed({}, { settings: { requestsPerMinute: 60 } });
    await provider.stat('1', {}, callOf());
    expect(await healthOf(provider)).toMatchObject({ status: 'UP', message: null, rateLimitRemaining: 59 });
  });

  it('is DEGRADED when it answers and has failed just before', async () => {
    const { provider } = await policed({ stat: () => Promise.reject(unavailable) }, { settings: { retries: 0 } });
    await provider.stat('1', {}, callOf()).catch(() => {});
    expect((await healthOf(provider)).status).toBe('DEGRADED');
    expect((await healthOf(provider)).status).toBe('UP');
  });

  it.each([
    ['DOWN', unavailable],
    ['DOWN', failure('PROVIDER_UNAUTHENTICATED', { upstreamStatus: 401 })],
    ['UNKNOWN', failure('PROVIDER_UNAUTHENTICATED')],
    ['DEGRADED', failure('PROVIDER_RATE_LIMITED', { upstreamStatus: 429, retryAfterSeconds: 3 })],
  ] as const)('is %s when its check fails with %s', async (status, error) => {
    const { provider } = await policed({ check: () => Promise.reject(error) });
    expect(await healthOf(provider)).toMatchObject({ status, message: error.message });
  });

  it('is asked for once by all who want to know at once', async () => {
    const { provider, calls } = await policed({});
    const catalog = new Catalog([provider]);
    await Promise.all([1, 2, 3].map(() => catalog.health('box', callOf())));
    expect(calls.check).toBe(1);
  });

  it('is known without a policy too', async () => {
    expect(await healthOf(scripted().provider)).toMatchObject({ status: 'UP', rateLimitRemaining: null });
  });
});
