import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../../src/attachment.js';
import { attachmentOf, callOf, failure, type Script, unavailable } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

/** A stat that fails so many times before it answers. */
function failingFirst(times: number, error = unavailable): Script {
  let left = times;
  return {
    stat: async (id): Promise<Attachment> => {
      left -= 1;
      if (left >= 0) throw error;
      return attachmentOf(id);
    },
  };
}

const patient = { settings: { timeoutSeconds: 60, breaker: { failures: 100 } } };

describe('A read that fails in passing', () => {
  it('is tried again until it answers', async () => {
    const { provider, calls, clock } = await policed(failingFirst(2), patient);
    const reading = provider.stat('1', {}, callOf());
    await clock.pass(1_000);
    expect(await reading).toEqual(attachmentOf('1'));
    expect(calls.stat).toBe(3);
    expect(statsOf(provider)).toMatchObject({ retries: 2, calls: 3, callsFailed: 2 });
  });

  it('is given up after three tries', async () => {
    const { provider, calls, clock } = await policed(failingFirst(9), patient);
    const refused = expect(provider.stat('1', {}, callOf())).rejects.toBe(unavailable);
    await clock.pass(1_000);
    await refused;
    expect(calls.stat).toBe(3);
  });

  it('waits a random time, longer for each try', async () => {
    const { provider, clock } = await policed(failingFirst(9), patient);
    const reading = provider.stat('1', {}, callOf()).catch(() => {});
    const waits: number[] = [];
    for (const most of [200, 400]) {
      await clock.pass(0);
      const wait = Math.min(...clock.waits);
      expect(wait).toBeLessThanOrEqual(most);
      waits.push(wait);
      await clock.pass(wait);
    }
    await reading;
    expect(waits[0]).not.toBe(waits[1]);
  });

  it('waits as long as the system asks for', async () => {
    const { provider, calls, clock } = await policed(
      failingFirst(1, failure('PROVIDER_UNAVAILABLE', { retryable: true, retryAfterSeconds: 3 })),
      patient,
    );
    const reading = provider.stat('1', {}, callOf());
    await clock.pass(2_999);
    expect(calls.stat).toBe(1);
    await clock.pass(1);
    expect(await reading).toEqual(attachmentOf('1'));
  });

  it('is the answer at once where the system asks for more patience than there is', async () => {
    const busy = failure('PROVIDER_UNAVAILABLE', { retryable: true, retryAfterSeconds: 3 });
    const { provider, clock } = await policed(failingFirst(1, busy), patient);
    await expect(provider.stat('1', {}, callOf({ deadlineAt: clock.now() + 3_000 }))).rejects.toBe(busy);
  });

  it('is the answer at once where the system asks for a long pause', async () => {
    const busy = failure('PROVIDER_UNAVAILABLE', { retryable: true, retryAfterSeconds: 30 });
    const { provider } = await policed(failingFirst(1, busy), patient);
    await expect(provider.stat('1', {}, callOf())).rejects.toBe(busy);
  });

  it('is not tried again for a client that has left meanwhile', async () => {
    const { provider, calls, clock } = await policed(failingFirst(1), patient);
    const leaver = new AbortController();
    const reading = provider.stat('1', {}, callOf({ signal: leaver.signal }));
    await clock.pass(0);
    const reason = new Error('the client left');
    leaver.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await clock.pass(1_000);
    expect(calls.stat).toBe(1);
  });

  it('is tried again before the head of a stream has come', async () => {
    let failed = false;
    const { provider, clock } = await policed({
      open: async () => {
        if (failed) return null;
        failed = true;
        throw unavailable;
      },
    });
    const opening = provider.open('1', {}, callOf());
    await clock.pass(1_000);
    expect(await opening).toBeNull();
  });
});

describe('A read that fails for good', () => {
  it.each(['FORBIDDEN', 'PROVIDER_UNAUTHENTICATED', 'PROVIDER_ERROR'] as const)('with %s is tried once', async (code) => {
    const { provider, calls } = await policed(failingFirst(1, failure(code, { upstreamStatus: 400 })));
    await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ code });
    expect(calls.stat).toBe(1);
  });

  it('by a bug is tried once, and passed on as it is', async () => {
    const bug = new TypeError('undefined is not a function');
    const { provider, calls } = await policed({ stat: () => Promise.reject(bug) });
    await expect(provider.stat('1', {}, callOf())).rejects.toBe(bug);
    expect(calls.stat).toBe(1);
  });
});
