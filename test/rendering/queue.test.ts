import { describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import type { Task } from '../../src/rendering/demand.js';
import { RenderQueue, type Slot } from '../../src/rendering/queue.js';
import { Gate, request } from './harness.js';

const settings = { width: 2, maxWaiting: 8, deadlineMs: 20_000 };

/** A queue whose work notes its name when it starts and ends when its gate opens. */
function openQueue(changed: Partial<typeof settings> = {}) {
  const queue = new RenderQueue({ ...settings, ...changed });
  const started: string[] = [];
  const run = (name: string, of: Task = request(), weight = 1) => {
    const gate = new Gate();
    const work = async (slot: Slot) => {
      await slot.widen(weight);
      started.push(name);
      await gate.opened;
      return name;
    };
    return { gate, result: queue.run(of, work) };
  };
  return { queue, started, run };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('A queue of drawing', () => {
  it('runs no more at once than it is wide, in the order of asking', async () => {
    const { queue, started, run } = openQueue();
    const [first, second, third] = [run('first'), run('second'), run('third')];
    await turn();
    expect(started).toEqual(['first', 'second']);
    expect(queue.stats()).toMatchObject({ running: 2, waiting: 1 });
    second?.gate.open();
    await second?.result;
    await turn();
    expect(started).toEqual(['first', 'second', 'third']);
    for (const { gate } of [first, third]) gate.open();
    await Promise.all([first.result, third.result]);
    expect(queue.stats()).toMatchObject({ running: 0, waiting: 0, done: 3 });
  });

  it('starts what is asked for before what is made ahead of need', async () => {
    const { started, run } = openQueue({ width: 1 });
    const running = run('running');
    const made = run('ahead', request('somebody', 'ahead'));
    const wanted = run('asked');
    running.gate.open();
    await turn();
    expect(started).toEqual(['running', 'asked']);
    wanted.gate.open();
    await wanted.result;
    await turn();
    expect(started).toEqual(['running', 'asked', 'ahead']);
    made.gate.open();
    await made.result;
  });

  it('makes nothing ahead of need while anything else runs', async () => {
    const { started, run } = openQueue();
    const running = run('running');
    const made = run('ahead', request('somebody', 'ahead'));
    await turn();
    expect(started).toEqual(['running']);
    running.gate.open();
    await running.result;
    await turn();
    expect(started).toEqual(['running', 'ahead']);
    made.gate.open();
    await made.result;
  });

  it('ends what is made ahead of need when what is asked for would wait for it', async () => {
    const { queue } = openQueue({ width: 1 });
    const endless = ({ signal }: Slot) =>
      new Promise<string>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const made = queue.run(request('somebody', 'ahead'), endless).catch((error: ContentError) => error.code);
    await turn();
    expect(await queue.run(request(), async () => 'asked')).toBe('asked');
    expect(await made).toBe('OVERLOADED');
  });

  it('goes on with what was made ahead of need when somebody asks for that as well', async () => {
    const { started, run } = openQueue({ width: 1 });
    const wanted = request('somebody', 'ahead');
    const made = run('ahead', wanted);
    await turn();
    const waiting = run('waiting');
    wanted.demand.join(request().demand);
    // Longer than it would have been left in peace.
    await new Promise((resolve) => setTimeout(resolve, 400));
    made.gate.open();
    expect(await made.result).toBe('ahead');
    waiting.gate.open();
    await waiting.result;
    expect(started).toEqual(['ahead', 'waiting']);
  });

  it('lets viewers take turns: a single picture does not wait for the thousand of another', async () => {
    const { started, run } = openQueue({ width: 1, maxWaiting: 2000 });
    const flood = Array.from({ length: 1000 }, (_, index) => run(`flood ${index}`, request('flooder')));
    const single = run('single', request('another'));
    for (const { gate } of [...flood, single]) gate.open();
    await single.result;
    expect(started.indexOf('single')).toBeLessThanOrEqual(2);
    await Promise.all(flood.map(({ result }) => result));
    expect(started.filter((name) => name !== 'single')).toEqual(flood.map((_, index) => `flood ${index}`));
  });

  it('brings what a flooder waits for forward when another viewer asks for the same', async () => {
    const { started, run } = openQueue({ width: 1, maxWaiting: 2000 });
    const wanted = request('flooder');
    const flood = Array.from({ length: 100 }, (_, index) => run(`flood ${index}`, index === 99 ? wanted : request('flooder')));
    wanted.demand.join(request('another').demand);
    for (const { gate } of flood) gate.open();
    await flood[99]?.result;
    expect(started.indexOf('flood 99')).toBeLessThanOrEqual(2);
    await Promise.all(flood.map(({ result }) => result));
  });

  it('starts at once what was made ahead of need when somebody asks for it', async () => {
    const { started, run } = openQueue();
    const running = run('running');
    const promoted = request('somebody', 'ahead');
    const made = run('ahead', promoted);
    promoted.demand.join(request('another').demand);
    await turn();
    expect(started).toEqual(['running', 'ahead']);
    for (const { gate } of [running, made]) gate.open();
    await Promise.all([running.result, made.result]);
  });

  it('runs heavy work alone, before what came after it', async () => {
    const { started, run } = openQueue();
    const light = run('light');
    const heavy = run('heavy', request(), 100);
    const later = run('later');
    await turn();
    expect(started).toEqual(['light']);
    light.gate.open();
    await light.result;
    await turn();
    expect(started).toEqual(['light', 'heavy']);
    heavy.gate.open();
    await heavy.result;
    await turn();
    expect(started).toEqual(['light', 'heavy', 'later']);
    later.gate.open();
    await later.result;
  });

  it('does not stand still when everything in it turns out to be heavy', async () => {
    const { run } = openQueue();
    const works = ['a', 'b', 'c', 'd'].map((name) => run(name, request(), 100));
    for (const { gate } of works) gate.open();
    expect(await Promise.all(works.map(({ result }) => result))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('answers OVERLOADED with a time to come back when too many wait', async () => {
    const { queue, run } = openQueue({ width: 1, maxWaiting: 1 });
    const works = [run('running'), run('waiting')];
    const refused = await run('refused').result.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ContentError);
    expect(refused).toMatchObject({ code: 'OVERLOADED', details: { retryable: true, retryAfterSeconds: expect.any(Number) } });
    expect(queue.stats().refused).toBe(1);
    for (const { gate } of works) gate.open();
    await Promise.all(works.map(({ result }) => result));
  });

  it('gives the place of what is made ahead of need to what is asked for', async () => {
    const { run } = openQueue({ width: 1, maxWaiting: 1 });
    const running = run('running');
    const made = run('ahead', request('somebody', 'ahead')).result.catch((error: ContentError) => error.code);
    const wanted = run('asked');
    expect(await made).toBe('OVERLOADED');
    for (const { gate } of [running, wanted]) gate.open();
    expect(await wanted.result).toBe('asked');
  });

  it('turns away the latest of whoever has most in line, when it is full and others come', async () => {
    const { queue, run } = openQueue({ width: 1, maxWaiting: 8 });
    const flood = Array.from({ length: 9 }, (_, index) => run(`flood ${index}`, request('flooder')));
    const outcomes = flood.map(({ result }) => result.catch((error: ContentError) => error.code));
    const others = ['a', 'b', 'c', 'd'].map((name) => run(name, request('another')));
    const refused = await run('e', request('another')).result.catch((error: ContentError) => error.code);
    expect(refused).toBe('OVERLOADED');
    for (const { gate } of [...flood, ...others]) gate.open();
    expect(await Promise.all(others.map(({ result }) => result))).toEqual(['a', 'b', 'c', 'd']);
    const drawn = Array.from({ length: 5 }, (_, index) => `flood ${index}`);
    expect(await Promise.all(outcomes)).toEqual([...drawn, ...Array(4).fill('OVERLOADED')]);
    expect(queue.stats()).toMatchObject({ refused: 5, waiting: 0 });
  });

  it('turns nobody away from what others wait for as well', async () => {
    const { run } = openQueue({ width: 1, maxWaiting: 3 });
    const works = ['running', 'first', 'second', 'third'].map((name) => {
      const wanted = request('flooder');
      const work = run(name, wanted);
      if (name === 'third') wanted.demand.join(request('friend').demand);
      return work;
    });
    const second = works[2]?.result.catch((error: ContentError) => error.code);
    const other = run('other', request('another'));
    expect(await second).toBe('OVERLOADED');
    for (const { gate } of [...works, other]) gate.open();
    expect(await Promise.all([works[3]?.result, other.result])).toEqual(['third', 'other']);
  });

  it('counts those whose work another had asked for', async () => {
    const { queue, run } = openQueue({ width: 1 });
    const wanted = request();
    for (let before = 0; before < 2; before += 1) wanted.demand.join(request().demand);
    const work = run('shared', wanted);
    wanted.demand.join(request().demand);
    expect(queue.stats().joined).toBe(3);
    work.gate.open();
    await work.result;
  });

  it('expects what waits to start after what comes before it, as far as recent work tells', async () => {
    const { run } = openQueue({ width: 1, maxWaiting: 2000 });
    const demands = Array.from({ length: 100 }, () => request('flooder'));
    const flood = demands.map((of, index) => run(`flood ${index}`, of));
    const other = request('another');
    const late = run('single', other);
    const expected = (of: Task | undefined) => of?.demand.expectedMs() ?? Number.NaN;
    expect(expected(demands[98])).toBeGreaterThan(expected(demands[50]));
    expect(expected(demands[50])).toBeGreaterThan(expected(demands[1]));
    expect(expected(other)).toBeLessThan(expected(demands[5]));
    for (const { gate } of [...flood, late]) gate.open();
    await Promise.all([...flood, late].map(({ result }) => result));
  });

  it('forgets work that waits and is given up', async () => {
    const { queue, started, run } = openQueue({ width: 1 });
    const running = run('running');
    const leaving = new AbortController();
    const left = run('left', request('somebody', 'asked', leaving.signal)).result.catch((error: Error) => error.message);
    leaving.abort(new Error('gone'));
    expect(await left).toBe('gone');
    expect(queue.stats().waiting).toBe(0);
    running.gate.open();
    await running.result;
    await turn();
    expect(started).toEqual(['running']);
  });

  it('tells work that runs to end when it is given up, and gives its place on when it has ended', async () => {
    const { queue, started, run } = openQueue({ width: 1 });
    const leaving = new AbortController();
    const left = run('left', request('somebody', 'asked', leaving.signal));
    const next = run('next');
    await turn();
    leaving.abort(new Error('gone'));
    await expect(left.result).rejects.toThrow('gone');
    expect(started).toEqual(['left']);
    left.gate.open();
    await turn();
    expect(started).toEqual(['left', 'next']);
    next.gate.open();
    await next.result;
    expect(queue.stats()).toMatchObject({ killed: 1, done: 1 });
  });

  it('ends work that takes longer than the deadline, in plain words', async () => {
    const { queue, run } = openQueue({ deadlineMs: 20 });
    const slow = run('slow');
    await expect(slow.result).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
      message: 'Drawing this takes too long; the limit is 0.02 s',
    });
    slow.gate.open();
    await turn();
    expect(queue.stats()).toMatchObject({ killed: 1, running: 0 });
  });

  it('answers OVERLOADED when the deadline passes before the work starts', async () => {
    const { run } = openQueue({ width: 1, deadlineMs: 20 });
    const running = run('running');
    const waiting = run('waiting').result.catch((error: ContentError) => error.code);
    await running.result.catch(() => {});
    expect(await waiting).toBe('OVERLOADED');
    running.gate.open();
  });

  it('counts work that fails', async () => {
    const { queue } = openQueue();
    await expect(queue.run(request(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(queue.stats()).toMatchObject({ failed: 1, running: 0 });
  });
});
