import { describe, expect, it } from '@jest/globals';
import { Backlog } from '../../src/catalog/backlog.js';
import { ContentError } from '../../src/errors.js';
import { Gate } from '../rendering/harness.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('A backlog', () => {
  it('does one piece after the other, in order', async () => {
    const gates = [new Gate(), new Gate()];
    const begun: number[] = [];
    const backlog = new Backlog<number>(10, async (item) => {
      begun.push(item);
      await gates[item]?.opened;
    });
    for (const item of [0, 1]) backlog.add(item);
    await turn();
    expect(begun).toEqual([0]);
    gates[0]?.open();
    await turn();
    expect(begun).toEqual([0, 1]);
    gates[1]?.open();
    await turn();
    expect(backlog.stats()).toEqual({ waiting: 0, done: 2, failed: 0, leftOut: 0 });
  });

  it('leaves out what finds no room', async () => {
    const gate = new Gate();
    const backlog = new Backlog<number>(2, () => gate.opened);
    for (const item of [0, 1, 2]) backlog.add(item);
    gate.open();
    await turn();
    expect(backlog.stats()).toEqual({ waiting: 0, done: 2, failed: 0, leftOut: 1 });
  });

  it('tries again what was told that there is no room now, and goes on after what failed', async () => {
    let refusals = 2;
    const backlog = new Backlog<string>(10, async (item) => {
      if (item === 'broken') throw new ContentError('NOT_FOUND', 'It is gone');
      refusals -= 1;
      if (refusals >= 0) throw new ContentError('OVERLOADED', 'Too much', { retryAfterSeconds: 0.001 });
    });
    for (const item of ['broken', 'whole']) backlog.add(item);
    while (backlog.stats().waiting > 0) await turn();
    expect(backlog.stats()).toEqual({ waiting: 0, done: 1, failed: 1, leftOut: 0 });
    expect(refusals).toBe(-1);
  });

  it('ends what runs when it is closed, and begins nothing any more', async () => {
    const begun: number[] = [];
    const backlog = new Backlog<number>(10, (item, signal) => {
      begun.push(item);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    for (const item of [0, 1]) backlog.add(item);
    backlog.close();
    await turn();
    expect(begun).toEqual([0]);
    expect(backlog.stats().waiting).toBe(0);
  });
});
