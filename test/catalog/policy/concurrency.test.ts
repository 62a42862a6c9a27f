import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../../src/attachment.js';
import { attachmentOf, callOf, held, untilAborted } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

/** Stats that stay under way until the test lets each of them go; `asked` are those that have begun, in order. */
function heldStats() {
  const asked: string[] = [];
  const answers = new Map<string, ReturnType<typeof held<Attachment | null>>>();
  return {
    asked,
    letGo: (id: string) => answers.get(id)?.resolve(attachmentOf(id)),
    stat: (id: string) => {
      asked.push(id);
      const answer = held<Attachment | null>();
      answers.set(id, answer);
      return answer.promise;
    },
  };
}

const two = { settings: { concurrency: 2, queue: 2, timeoutSeconds: 10 } };

describe('Calls to one provider', () => {
  it('are so many at once; others wait and follow in their order', async () => {
    const { stat, asked, letGo } = heldStats();
    const { provider, clock } = await policed({ stat }, two);
    const reading = ['1', '2', '3', '4'].map((id) => provider.stat(id, {}, callOf()));
    await clock.pass(0);
    expect(asked).toEqual(['1', '2']);
    expect(statsOf(provider)).toMatchObject({ running: 2, waiting: 2 });
    letGo('2');
    await clock.pass(0);
    expect(asked).toEqual(['1', '2', '3']);
    for (const id of ['1', '3']) letGo(id);
    await clock.pass(0);
    letGo('4');
    expect((await Promise.all(reading)).map((found) => found?.id)).toEqual(['1', '2', '3', '4']);
    expect(statsOf(provider)).toMatchObject({ running: 0, waiting: 0 });
  });

  it('are refused when too many wait', async () => {
    const { stat, letGo } = heldStats();
    const { provider, clock, calls } = await policed({ stat }, two);
    const reading = ['1', '2', '3', '4'].map((id) => provider.stat(id, {}, callOf()));
    await clock.pass(0);
    await expect(provider.stat('5', {}, callOf())).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: 'Too many calls wait for box; try again in 1 s',
      details: { provider: 'box', retryAfterSeconds: 1 },
    });
    expect(statsOf(provider).refused).toBe(1);
    for (const id of ['1', '2', '3', '4']) {
      letGo(id);
      await clock.pass(0);
    }
    await Promise.all(reading);
    expect(calls.stat).toBe(4);
  });

  it('that are given up while they wait make room, and are not made', async () => {
    const { stat, letGo, asked } = heldStats();
    const { provider, clock } = await policed({ stat }, two);
    const reading = ['1', '2'].map((id) => provider.stat(id, {}, callOf()));
    await clock.pass(0);
    const leaver = new AbortController();
    const left = provider.stat('3', {}, callOf({ signal: leaver.signal }));
    await clock.pass(0);
    leaver.abort(new Error('the client left'));
    await expect(left).rejects.toThrow('the client left');
    expect(statsOf(provider).waiting).toBe(0);
    for (const id of ['1', '2']) letGo(id);
    await Promise.all(reading);
    expect(asked).toEqual(['1', '2']);
  });

  it('that waited for their turn until their time was over are nothing against the provider', async () => {
    const { provider, clock } = await policed(
      { stat: (_id, _options, call) => untilAborted(call) },
      { settings: { concurrency: 1, timeoutSeconds: 10, retries: 0 } },
    );
    const reading = Promise.allSettled(['1', '2', '3'].map((id) => provider.stat(id, {}, callOf())));
    await clock.pass(10_000);
    expect(await reading).toMatchObject(Array(3).fill({ reason: { code: 'PROVIDER_TIMEOUT' } }));
    expect(provider.condition().failures).toBe(1);
    expect(statsOf(provider)).toMatchObject({ running: 0, waiting: 0 });
  });

  it('give their place back when the head of a stream has come', async () => {
    const { provider } = await policed({ open: async () => null }, { settings: { concurrency: 1, queue: 0 } });
    for (const id of ['1', '2', '3']) expect(await provider.open(id, {}, callOf())).toBeNull();
    expect(statsOf(provider).running).toBe(0);
  });

  it('give their place back when they fail', async () => {
    const { provider } = await policed(
      { open: () => Promise.reject(new Error('a bug')) },
      { settings: { concurrency: 1, queue: 0 } },
    );
    for (const id of ['1', '2', '3']) await expect(provider.open(id, {}, callOf())).rejects.toThrow('a bug');
  });
});
