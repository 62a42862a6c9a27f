import { describe, expect, it } from '@jest/globals';
import { attachmentOf, callOf, failure, pageOf } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

const sixty = { settings: { requestsPerMinute: 60, retries: 0, timeoutSeconds: 10 } };

/** As many stats of different ids at once. */
function statMany({ provider }: Awaited<ReturnType<typeof policed>>, count: number) {
  return Array.from({ length: count }, (_, index) => provider.stat(`${index}`, {}, callOf()));
}

describe('A budget of requests per minute', () => {
  it('lets a minute of them through at once, and the others as it fills', async () => {
    const subject = await policed({}, sixty);
    const reading = Promise.all(statMany(subject, 63));
    await subject.clock.pass(0);
    expect(subject.calls.stat).toBe(60);
    await subject.clock.pass(2_000);
    expect(subject.calls.stat).toBe(62);
    await subject.clock.pass(1_000);
    expect(await reading).toHaveLength(63);
  });

  it('refuses at once what would wait longer than its deadline, and says how long', async () => {
    const subject = await policed({}, sixty);
    const reading = await Promise.allSettled(statMany(subject, 60));
    expect(reading.filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
    const late = subject.provider.stat('late', {}, callOf({ deadlineAt: subject.clock.now() + 500 }));
    await expect(late).rejects.toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      message: 'box may not be asked more right now; try again in 1 s',
      details: { provider: 'box', retryAfterSeconds: 1 },
    });
    expect(subject.calls.stat).toBe(60);
    expect(statsOf(subject.provider)).toMatchObject({ rateLimited: 1, rateBudgetLeft: 0 });
  });

  it('gets back what was taken by those who leave while they wait', async () => {
    const subject = await policed({}, sixty);
    await Promise.all(statMany(subject, 60));
    const leaver = new AbortController();
    const leaving = Promise.allSettled(
      ['a', 'b', 'c'].map((id) => subject.provider.stat(id, {}, callOf({ signal: leaver.signal }))),
    );
    await subject.clock.pass(0);
    leaver.abort(new Error('the client left'));
    await leaving;
    const reading = subject.provider.stat('d', {}, callOf());
    await subject.clock.pass(1_000);
    expect(await reading).toEqual(attachmentOf('d'));
  });

  it('counts every request that a call costs', async () => {
    const { provider } = await policed(
      {
        list: async (_query, _page, { upstream }) => {
          for (let request = 0; request < 5; request += 1) upstream?.requested('box', 10, 1);
          return pageOf([]);
        },
      },
      sixty,
    );
    await provider.list?.({ orderBy: 'NAME_ASC' }, { first: 9, after: null }, callOf());
    expect(provider.condition().rateLimitRemaining).toBe(55);
  });

  it('costs nothing where an answer is kept', async () => {
    const { provider } = await policed({}, sixty);
    for (const _ of [1, 2, 3]) await provider.stat('1', {}, callOf());
    expect(provider.condition().rateLimitRemaining).toBe(59);
  });

  it('is unknown unless somebody set one', async () => {
    const { provider } = await policed({});
    expect(provider.condition().rateLimitRemaining).toBeNull();
    expect(statsOf(provider)).not.toHaveProperty('rateBudgetLeft');
  });
});

describe('A system that refuses a credential for asking too much', () => {
  const limited = (retryAfterSeconds: number) =>
    failure('PROVIDER_RATE_LIMITED', { upstreamStatus: 429, retryable: true, retryAfterSeconds });

  it('is asked with it again when it said so', async () => {
    const busy = limited(5);
    const { provider, clock, calls } = await policed(
      { stat: async (id) => (id === 'first' ? Promise.reject(busy) : attachmentOf(id)) },
      sixty,
    );
    await expect(provider.stat('first', {}, callOf())).rejects.toBe(busy);
    const reading = provider.stat('2', {}, callOf());
    await clock.pass(4_999);
    expect(calls.stat).toBe(1);
    await clock.pass(1);
    expect(await reading).toEqual(attachmentOf('2'));
  });

  it('is not asked meanwhile by those who cannot wait so long', async () => {
    const { provider } = await policed({ stat: () => Promise.reject(limited(60)) }, sixty);
    await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ details: { upstreamStatus: 429 } });
    await expect(provider.stat('2', {}, callOf())).rejects.toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      details: { retryAfterSeconds: 60 },
    });
  });

  it('is asked with other credentials as before', async () => {
    const { provider } = await policed(
      { stat: async (id, _options, { viewer }) => (viewer.scope === 'ann' ? Promise.reject(limited(60)) : attachmentOf(id)) },
      sixty,
    );
    await expect(provider.stat('1', {}, callOf({ scope: 'ann' }))).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED' });
    expect(await provider.stat('1', {}, callOf({ scope: 'ben' }))).toEqual(attachmentOf('1'));
  });

  it('is tried again by the read itself where that fits', async () => {
    let refused = false;
    const { provider, clock } = await policed(
      {
        stat: async (id) => {
          if (refused) return attachmentOf(id);
          refused = true;
          throw limited(2);
        },
      },
      { settings: { requestsPerMinute: 60, timeoutSeconds: 10 } },
    );
    const reading = provider.stat('1', {}, callOf());
    await clock.pass(2_000);
    expect(await reading).toEqual(attachmentOf('1'));
  });

  it('is asked again after five minutes, whatever it said', async () => {
    const { provider, clock, calls } = await policed({ stat: () => Promise.reject(limited(86_400)) }, sixty);
    await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED' });
    await clock.pass(300_000);
    await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ details: { upstreamStatus: 429 } });
    expect(calls.stat).toBe(2);
  });
});
