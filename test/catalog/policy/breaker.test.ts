import { describe, expect, it } from '@jest/globals';
import { attachmentOf, callOf, failure, held, type Script, unavailable, untilAborted } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

type Policed = Awaited<ReturnType<typeof policed>>;

const settings = {
  settings: { retries: 0, timeoutSeconds: 10, breaker: { failures: 3, openSeconds: 30 } },
  cache: { freshSeconds: 0, staleSeconds: 0 },
};

/** Stats, one after the other, of different ids; the codes of their failures. */
async function statAll({ provider }: Policed, ids: readonly string[]): Promise<readonly (string | null)[]> {
  const codes: (string | null)[] = [];
  for (const id of ids) {
    codes.push(
      await provider.stat(id, {}, callOf()).then(
        () => null,
        ({ code }) => code,
      ),
    );
  }
  return codes;
}

/** A provider that can be switched off and on. */
function switched(): { readonly script: Script; readonly turn: (on: boolean) => void } {
  let on = true;
  return {
    script: {
      stat: async (id) => (on ? attachmentOf(id) : Promise.reject(unavailable)),
      check: async () => (on ? undefined : Promise.reject(unavailable)),
    },
    turn: (next) => {
      on = next;
    },
  };
}

/** A provider that is left alone, having failed three times. */
async function opened() {
  const { script, turn } = switched();
  turn(false);
  const subject = await policed(script, settings);
  await statAll(subject, ['1', '2', '3']);
  return { ...subject, subject, turn };
}

describe('A provider that failed several times in a row', () => {
  it('is left alone: it is not asked, and clients are told when it will be', async () => {
    const { provider, calls } = await opened();
    await expect(provider.stat('4', {}, callOf())).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: 'box does not answer; try again in 30 s',
      details: { provider: 'box', retryAfterSeconds: 30 },
    });
    expect(calls.stat).toBe(3);
    expect(statsOf(provider)).toMatchObject({ breakerOpen: 1, breakerOpened: 1 });
  });

  it('is left alone for all viewers and for changes too', async () => {
    const { script, turn } = switched();
    turn(false);
    const subject = await policed({ ...script, remove: async () => true }, settings);
    await statAll(subject, ['1', '2', '3']);
    await expect(subject.provider.stat('1', {}, callOf({ scope: 'ben' }))).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
    await expect(subject.provider.remove?.('1', { permanently: true }, callOf())).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
    expect(subject.calls.remove).toBeUndefined();
  });

  it('is asked again by one call after a while, and by all when that was answered', async () => {
    const { subject, clock, turn, calls } = await opened();
    turn(true);
    await clock.pass(30_000);
    expect(await statAll(subject, ['4', '5'])).toEqual([null, null]);
    expect(calls.stat).toBe(5);
    expect(statsOf(subject.provider).breakerOpen).toBe(0);
  });

  it('is left alone again when that one call fails', async () => {
    const { subject, clock, calls } = await opened();
    await clock.pass(30_000);
    expect(await statAll(subject, ['4', '5'])).toEqual(['PROVIDER_UNAVAILABLE', 'PROVIDER_UNAVAILABLE']);
    expect(calls.stat).toBe(4);
  });

  it('is asked by one call only while nobody knows', async () => {
    const answer = held<null>();
    let trying = false;
    const { provider, clock, calls } = await policed(
      { stat: () => (trying ? answer.promise : Promise.reject(unavailable)) },
      settings,
    );
    for (const id of ['1', '2', '3']) await expect(provider.stat(id, {}, callOf())).rejects.toBe(unavailable);
    trying = true;
    await clock.pass(30_000);
    const trial = provider.stat('4', {}, callOf());
    await clock.pass(0);
    await expect(provider.stat('5', {}, callOf())).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    answer.resolve(null);
    expect(await trial).toBeNull();
    expect(calls.stat).toBe(4);
  });

  it('is asked by the next call when the client of the one that tries leaves', async () => {
    let trying = false;
    const { provider, clock, calls } = await policed(
      {
        stat: (id, _options, call) =>
          id === 'slow' ? untilAborted(call) : trying ? Promise.resolve(null) : Promise.reject(unavailable),
      },
      settings,
    );
    for (const id of ['1', '2', '3']) await expect(provider.stat(id, {}, callOf())).rejects.toBe(unavailable);
    trying = true;
    await clock.pass(30_000);
    const leaver = new AbortController();
    const trial = provider.stat('slow', {}, callOf({ signal: leaver.signal }));
    await clock.pass(0);
    leaver.abort(new Error('the client left'));
    await expect(trial).rejects.toThrow('the client left');
    await clock.pass(0);
    expect(await provider.stat('4', {}, callOf())).toBeNull();
    expect(calls.stat).toBe(5);
  });

  it('is asked again by everybody when a check was answered', async () => {
    const { subject, turn } = await opened();
    turn(true);
    await subject.provider.check(callOf());
    expect(await statAll(subject, ['4'])).toEqual([null]);
  });
});

describe('A provider stays in use', () => {
  it('when an answer comes between its failures', async () => {
    const { script, turn } = switched();
    const subject = await policed(script, settings);
    for (const on of [false, false, true, false, false]) {
      turn(on);
      await statAll(subject, ['1']);
    }
    turn(true);
    expect(await statAll(subject, ['1'])).toEqual([null]);
  });

  it.each([
    ['FORBIDDEN', 403],
    ['PROVIDER_UNAUTHENTICATED', 401],
    ['PROVIDER_RATE_LIMITED', 429],
    ['PROVIDER_ERROR', 400],
    ['NOT_FOUND', 404],
  ] as const)('when it refuses with %s', async (code, upstreamStatus) => {
    const subject = await policed({ stat: () => Promise.reject(failure(code, { upstreamStatus })) }, settings);
    expect(await statAll(subject, ['1', '2', '3', '4', '5'])).toEqual([code, code, code, code, code]);
    expect(subject.calls.stat).toBe(5);
  });

  it('when clients leave', async () => {
    const subject = await policed({ stat: (_id, _options, call) => untilAborted(call) }, settings);
    for (const id of ['1', '2', '3', '4']) {
      const leaver = new AbortController();
      const reading = subject.provider.stat(id, {}, callOf({ signal: leaver.signal }));
      await subject.clock.pass(0);
      leaver.abort(new Error('the client left'));
      await expect(reading).rejects.toThrow('the client left');
    }
    expect(subject.provider.condition().failures).toBe(0);
  });

  it('when it was given too little time to answer', async () => {
    const { provider, clock } = await policed({ stat: (_id, _options, call) => untilAborted(call) }, settings);
    for (const id of ['1', '2', '3', '4']) {
      const reading = expect(provider.stat(id, {}, callOf({ deadlineAt: clock.now() + 300 }))).rejects.toMatchObject({
        code: 'PROVIDER_TIMEOUT',
      });
      await clock.pass(300);
      await reading;
    }
    expect(provider.condition().failures).toBe(0);
  });
});

describe('A provider is left alone', () => {
  it('when it is there and answers nothing', async () => {
    const { provider, clock } = await policed({ stat: (_id, _options, call) => untilAborted(call) }, settings);
    for (const id of ['1', '2', '3']) {
      const reading = expect(provider.stat(id, {}, callOf())).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
      await clock.pass(10_000);
      await reading;
    }
    await expect(provider.stat('4', {}, callOf())).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  it('when it answers with errors of its own', async () => {
    const subject = await policed({ stat: () => Promise.reject(failure('PROVIDER_ERROR', { upstreamStatus: 500 })) }, settings);
    expect(await statAll(subject, ['1', '2', '3', '4'])).toEqual([...Array(3).fill('PROVIDER_ERROR'), 'PROVIDER_UNAVAILABLE']);
  });
});
