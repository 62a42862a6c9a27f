import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../../src/attachment.js';
import type { Call } from '../../../src/call.js';
import { attachmentOf, callOf, held, pageOf, unavailable, untilAborted, upstreamNotes } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

/** A stat that stays under way until the test lets it go; it keeps the call that it was given. */
function heldStat() {
  const answer = held<Attachment | null>();
  const seen: Call[] = [];
  const stat = (_id: string, _options: object, call: Call) => {
    seen.push(call);
    return answer.promise;
  };
  return { stat, answer, seen };
}

describe('Equal reads at once', () => {
  it('are one call, whose answer everybody gets', async () => {
    const { stat, answer } = heldStat();
    const { provider, calls } = await policed({ stat });
    const reading = Array.from({ length: 20 }, () => provider.stat('1', {}, callOf()));
    answer.resolve(attachmentOf('1'));
    expect(await Promise.all(reading)).toEqual(reading.map(() => attachmentOf('1')));
    expect(calls.stat).toBe(1);
    expect(statsOf(provider)).toMatchObject({ calls: 1, coalesced: 19, cacheMisses: 1 });
  });

  it('fail together', async () => {
    const { stat, answer } = heldStat();
    const { provider, calls } = await policed({ stat }, { settings: { retries: 0 } });
    const reading = [provider.stat('1', {}, callOf()), provider.stat('1', {}, callOf())];
    answer.reject(unavailable);
    expect(await Promise.allSettled(reading)).toMatchObject([{ reason: unavailable }, { reason: unavailable }]);
    expect(calls.stat).toBe(1);
  });

  it('are told as one request and as answers that cost none', async () => {
    const { stat, answer } = heldStat();
    const { provider } = await policed({ stat });
    const [first, second] = [upstreamNotes(), upstreamNotes()];
    const reading = [provider.stat('1', {}, callOf(first)), provider.stat('1', {}, callOf(second))];
    answer.resolve(null);
    await Promise.all(reading);
    expect([first.notes, second.notes]).toEqual([[], ['cached box']]);
  });

  it('of two scopes are two calls', async () => {
    const { provider, calls } = await policed({
      stat: async (_id, _options, { viewer }) => attachmentOf('1', { filename: viewer.scope }),
    });
    const reading = ['ann', 'ben'].map((scope) => provider.stat('1', {}, callOf({ scope })));
    expect((await Promise.all(reading)).map((found) => found?.filename)).toEqual(['ann', 'ben']);
    expect(calls.stat).toBe(2);
  });

  it('of different pages, filters or orders are different reads', async () => {
    const { provider, calls } = await policed({ list: async () => pageOf([]) });
    const page = { first: 10, after: null };
    await Promise.all([
      provider.list?.({ orderBy: 'NAME_ASC' }, page, callOf()),
      provider.list?.({ orderBy: 'SIZE_DESC' }, page, callOf()),
      provider.list?.({ orderBy: 'NAME_ASC', text: 'a' }, page, callOf()),
      provider.list?.({ orderBy: 'NAME_ASC' }, { ...page, first: 11 }, callOf()),
      provider.list?.({ orderBy: 'NAME_ASC' }, { ...page, after: 'x' }, callOf()),
    ]);
    expect(calls.list).toBe(5);
  });

  it('are the same read whatever the order in which its parts were named', async () => {
    const { provider, calls } = await policed({ list: async () => pageOf([]) });
    await Promise.all([
      provider.list?.({ orderBy: 'NAME_ASC', text: 'a', states: ['READY'] }, { first: 10, after: null }, callOf()),
      provider.list?.({ states: ['READY'], text: 'a', orderBy: 'NAME_ASC' }, { after: null, first: 10 }, callOf()),
    ]);
    expect(calls.list).toBe(1);
  });
});

describe('Whoever leaves', () => {
  it('is let go with the reason of the leaving, and the others get their answer', async () => {
    const { stat, answer, seen } = heldStat();
    const { provider } = await policed({ stat });
    const leaver = new AbortController();
    const left = provider.stat('1', {}, callOf({ signal: leaver.signal }));
    const stayed = provider.stat('1', {}, callOf());
    const reason = new Error('the client left');
    leaver.abort(reason);
    await expect(left).rejects.toBe(reason);
    answer.resolve(attachmentOf('1'));
    expect(await stayed).toEqual(attachmentOf('1'));
    expect(seen[0]?.signal.aborted).toBe(false);
  });

  it('ends the call upstream when nobody is left', async () => {
    const seen: Call[] = [];
    const { provider, clock } = await policed({
      stat: (_id, _options, call) => {
        seen.push(call);
        return untilAborted(call);
      },
    });
    const leavers = [new AbortController(), new AbortController()];
    const reading = Promise.allSettled(leavers.map(({ signal }) => provider.stat('1', {}, callOf({ signal }))));
    await clock.pass(0);
    for (const leaver of leavers) leaver.abort(new Error('the client left'));
    await reading;
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  it('before the beginning causes no call', async () => {
    const { provider, calls } = await policed({});
    const reason = new Error('the client left');
    await expect(provider.stat('1', {}, callOf({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(calls.stat).toBeUndefined();
  });

  it('earlier than others does not shorten their time', async () => {
    const { stat, answer } = heldStat();
    const { provider, clock } = await policed({ stat }, { settings: { timeoutSeconds: 60 } });
    const deadlines = [clock.now() + 1_000, clock.now() + 5_000];
    const [, later] = deadlines.map((deadlineAt) => provider.stat('1', {}, callOf({ deadlineAt })));
    await clock.pass(4_000);
    answer.resolve(attachmentOf('1'));
    expect(await later).toEqual(attachmentOf('1'));
  });
});

describe('A read that begins after a change', () => {
  it('does not join one from before it', async () => {
    const answers = [held<Attachment | null>(), held<Attachment | null>()];
    let asked = 0;
    const { provider, clock } = await policed({
      stat: () => answers[asked++]?.promise ?? Promise.resolve(null),
      rename: async () => attachmentOf('1'),
    });
    const before = provider.stat('1', {}, callOf());
    await clock.pass(0);
    await provider.rename?.('1', 'new', callOf());
    const after = provider.stat('1', {}, callOf());
    await clock.pass(0);
    answers[0]?.resolve(attachmentOf('1', { filename: 'old' }));
    answers[1]?.resolve(attachmentOf('1', { filename: 'new' }));
    expect((await before)?.filename).toBe('old');
    expect((await after)?.filename).toBe('new');
    expect((await provider.stat('1', {}, callOf()))?.filename).toBe('new');
  });
});
