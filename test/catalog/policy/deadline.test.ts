import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Call } from '../../../src/call.js';
import { systemClock } from '../../../src/catalog/policy/clock.js';
import { Deadline } from '../../../src/catalog/policy/deadline.js';
import { attachmentOf, callOf, held, untilAborted } from '../../support/scripted-provider.js';
import { incoming } from '../../support/vault.js';
import { policed } from './harness.js';

const once = { settings: { retries: 0, timeoutSeconds: 10 } };
const upload = { ...incoming(), container: { type: 'Folder', id: '0' }, filename: 'a', onCollision: 'FAIL' } as const;

describe('A provider that does not answer', () => {
  it('is waited for no longer than its time, and is told that nobody waits', async () => {
    const seen: Call[] = [];
    const { provider, clock } = await policed(
      {
        stat: (_id, _options, call) => {
          seen.push(call);
          return untilAborted(call);
        },
      },
      once,
    );
    const reading = provider.stat('1', {}, callOf());
    const refused = expect(reading).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
      message: 'box did not answer within 10 s',
      details: { provider: 'box', retryable: true },
    });
    await clock.pass(10_000);
    await refused;
    expect(seen[0]?.signal.aborted).toBe(true);
  });

  it('is given up a little before the request itself must end', async () => {
    const { provider, clock } = await policed({ stat: (_id, _options, call) => untilAborted(call) }, once);
    const reading = provider.stat('1', {}, callOf({ deadlineAt: clock.now() + 2_000 }));
    const refused = expect(reading).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
      message: 'box did not answer within 1.9 s',
    });
    await clock.pass(1_999);
    await refused;
  });

  it('nor ends when it is told to is not waited for either', async () => {
    const { provider, clock } = await policed({ remove: () => new Promise(() => {}) }, once);
    const refused = expect(provider.remove?.('1', { permanently: true }, callOf())).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
    });
    await clock.pass(10_000);
    await refused;
  });

  it('knows until when it is waited for', async () => {
    const seen: (number | undefined)[] = [];
    const { provider, clock } = await policed(
      {
        stat: async (id, _options, { deadlineAt }) => {
          seen.push(deadlineAt);
          return attachmentOf(id);
        },
      },
      once,
    );
    await provider.stat('1', {}, callOf());
    expect(seen).toEqual([clock.now() + 10_000]);
  });
});

describe('A client that leaves', () => {
  it('is the reason that everybody sees, not a time-out', async () => {
    const seen: unknown[] = [];
    const { provider, clock } = await policed(
      {
        open: (_id, _options, call) =>
          untilAborted(call).catch((reason) => {
            seen.push(reason);
            throw reason;
          }),
      },
      once,
    );
    const leaver = new AbortController();
    const reading = provider.open('1', {}, callOf({ signal: leaver.signal }));
    await clock.pass(0);
    const reason = new Error('the client left');
    leaver.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await setImmediate();
    expect(seen).toEqual([reason]);
  });

  it('ends a stream whose head has come', async () => {
    const seen: Call[] = [];
    const { provider } = await policed({
      open: async (_id, _options, call) => {
        seen.push(call);
        return null;
      },
    });
    const leaver = new AbortController();
    await provider.open('1', {}, callOf({ signal: leaver.signal }));
    expect(seen[0]?.signal.aborted).toBe(false);
    leaver.abort(new Error('the client left'));
    expect(seen[0]?.signal.aborted).toBe(true);
  });
});

describe('What takes its time', () => {
  it('is a stream after its head', async () => {
    const seen: Call[] = [];
    const { provider, clock } = await policed(
      {
        open: async (_id, _options, call) => {
          seen.push(call);
          return null;
        },
      },
      once,
    );
    await provider.open('1', {}, callOf());
    await clock.pass(3_600_000);
    expect(seen[0]?.signal.aborted).toBe(false);
  });

  it('is an upload, as long as its request lasts', async () => {
    const written = held<ReturnType<typeof attachmentOf>>();
    const { provider, clock } = await policed({ write: () => written.promise }, once);
    const writing = provider.write?.(upload, callOf());
    await clock.pass(3_600_000);
    written.resolve(attachmentOf('1'));
    expect(await writing).toEqual(attachmentOf('1'));
  });
});

describe('A deadline by the clock of the system', () => {
  it('holds after a garbage collection', async () => {
    const deadline = new Deadline('box', 50, systemClock);
    const waiting = deadline.run('read', callOf(), untilAborted);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    globalThis.gc?.();
    const keepAlive = setTimeout(() => {}, 5_000);
    await refused;
    clearTimeout(keepAlive);
  });
});
