import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../../src/attachment.js';
import type { ErrorCode } from '../../../src/errors.js';
import { attachmentOf, callOf, failure, pageOf, untilAborted, upstreamNotes } from '../../support/scripted-provider.js';
import { policed, statsOf } from './harness.js';

/** A provider that answered once, a minute ago, and fails now. */
async function failing(code: ErrorCode) {
  let down = false;
  const answerOr = async <T>(value: T) => (down ? Promise.reject(failure(code)) : value);
  const held = await policed(
    {
      stat: (id) => answerOr(attachmentOf(id)),
      list: () => answerOr(pageOf([attachmentOf('1')])),
      statMany: (ids) => answerOr(ids.map((id): Attachment => attachmentOf(id))),
    },
    { settings: { breaker: { failures: 1_000 } } },
  );
  await held.provider.stat('1', {}, callOf());
  await held.provider.list?.({ orderBy: 'NAME_ASC' }, { first: 9, after: null }, callOf());
  await held.clock.pass(61_000);
  down = true;
  return held;
}

describe('While a provider fails', () => {
  it.each(['PROVIDER_UNAVAILABLE', 'PROVIDER_TIMEOUT', 'PROVIDER_RATE_LIMITED', 'OVERLOADED'] as const)(
    'with %s, an older answer serves and is told to be old',
    async (code) => {
      const { provider } = await failing(code);
      const { notes, upstream } = upstreamNotes();
      expect(await provider.stat('1', {}, callOf({ upstream }))).toEqual(attachmentOf('1'));
      expect(notes).toEqual(['stale box']);
      expect(statsOf(provider).cacheStale).toBe(1);
    },
  );

  it.each(['FORBIDDEN', 'PROVIDER_UNAUTHENTICATED', 'NOT_FOUND', 'PROVIDER_ERROR'] as const)(
    'with %s, the failure is the answer',
    async (code) => {
      const { provider } = await failing(code);
      await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ code });
    },
  );

  it('lists serve too', async () => {
    const { provider } = await failing('PROVIDER_UNAVAILABLE');
    expect(await provider.list?.({ orderBy: 'NAME_ASC' }, { first: 9, after: null }, callOf())).toEqual(
      pageOf([attachmentOf('1')]),
    );
  });

  it('a batch gives what is kept, and the failure for the rest', async () => {
    const { provider } = await failing('PROVIDER_UNAVAILABLE');
    const { notes, upstream } = upstreamNotes();
    const answers = await provider.statMany?.(['1', '2'], callOf({ upstream }));
    expect(answers).toMatchObject([{ id: '1' }, { code: 'PROVIDER_UNAVAILABLE' }]);
    expect(notes).toEqual(['stale box']);
  });

  it('nothing serves that is too old', async () => {
    const { provider, clock } = await failing('PROVIDER_UNAVAILABLE');
    await clock.pass(600_000);
    await expect(provider.stat('1', {}, callOf())).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  it('nothing serves another scope', async () => {
    const { provider } = await failing('PROVIDER_UNAVAILABLE');
    await expect(provider.stat('1', {}, callOf({ scope: 'ben' }))).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  it('an answer that is old serves everybody who waits for a new one', async () => {
    const { provider } = await failing('PROVIDER_UNAVAILABLE');
    const notes = [upstreamNotes(), upstreamNotes()];
    await Promise.all(notes.map(({ upstream }) => provider.stat('1', {}, callOf({ upstream }))));
    expect(notes.map((each) => each.notes)).toEqual([['stale box'], ['stale box']]);
  });

  it('by not answering, the older answer comes before the request ends', async () => {
    let down = false;
    const { provider, clock } = await policed({
      stat: async (id, _options, call) => (down ? untilAborted(call) : attachmentOf(id)),
    });
    await provider.stat('1', {}, callOf());
    await clock.pass(61_000);
    down = true;
    const reading = provider.stat('1', {}, callOf({ deadlineAt: clock.now() + 2_000 }));
    await clock.pass(1_999);
    expect(await reading).toEqual(attachmentOf('1'));
  });
});
