import { describe, expect, it } from '@jest/globals';
import { ContentError } from '../../../src/errors.js';
import { AdmissionLane, type LaneSettings } from '../../../src/graph/limits/admission-lane.js';

const roomy: LaneSettings = { maxCost: 100, maxCostPerViewer: 100, maxWaiting: 100, waitMs: 60_000 };

/** A lane, and the names of what has started in it, in order. */
function openLane(settings: Partial<LaneSettings> = {}) {
  const lane = new AdmissionLane({ ...roomy, ...settings });
  const started: string[] = [];
  const start = async (name: string, cost: number, signal: AbortSignal) => {
    const end = await lane.enter(name.slice(0, 1), cost, signal);
    started.push(name);
    return end;
  };
  const enter = (name: string, cost: number, signal = new AbortController().signal) => {
    const turn = start(name, cost, signal);
    // One that still waits when its test ends is refused later, while another test runs.
    turn.catch(() => undefined);
    return turn;
  };
  return { lane, started, enter };
}

/** Every promise that can go on has gone on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function endAll(turns: readonly Promise<() => void>[]): Promise<void> {
  for (const turn of turns) (await turn)();
  await settle();
}

describe('A lane of admission', () => {
  it('lets everything in that there is room for, in its order', async () => {
    const { lane, started, enter } = openLane();
    await Promise.all([enter('a1', 40), enter('b1', 30), enter('a2', 30)]);
    expect([started, lane.stats()]).toEqual([['a1', 'b1', 'a2'], { running: 3, cost: 100, waiting: 0, admitted: 3, refused: 0 }]);
  });

  it('lets nothing past what it can bear, and the next in when there is room', async () => {
    const { started, enter } = openLane();
    const end = await enter('a1', 60);
    void enter('a2', 50);
    await settle();
    expect(started).toEqual(['a1']);
    end();
    await settle();
    expect(started).toEqual(['a1', 'a2']);
  });

  it('lets what costs more than all in alone', async () => {
    const { started, enter } = openLane();
    const end = await enter('a1', 10);
    const huge = enter('b1', 5000);
    const small = enter('c1', 1);
    end();
    (await huge)();
    await small;
    expect(started).toEqual(['a1', 'b1', 'c1']);
  });

  it('lets whoever has least in first, so that a flood waits behind everybody', async () => {
    const { started, enter } = openLane();
    const flood = Array.from({ length: 6 }, (_, index) => enter(`a${index}`, 50));
    const others = [enter('b0', 50), enter('c0', 50)];
    await endAll([flood[0], others[0], flood[1], others[1]].filter((turn) => turn !== undefined));
    expect(started.slice(0, 4).sort()).toEqual(['a0', 'a1', 'b0', 'c0']);
  });

  it('goes by cost, not by number', async () => {
    const { started, enter } = openLane();
    await Promise.all([enter('a0', 60), enter('b0', 10), enter('b1', 10)]);
    const end = await enter('c0', 20);
    void enter('a1', 20);
    void enter('b2', 20);
    end();
    await settle();
    expect(started.slice(4)).toEqual(['b2']);
  });

  it('keeps room for others, whatever one viewer has', async () => {
    const { started, enter } = openLane({ maxCostPerViewer: 60 });
    await enter('a0', 60);
    const second = enter('a1', 10);
    await enter('b0', 30);
    expect(started).toEqual(['a0', 'b0']);
    void second;
  });

  it('lets nobody past a dear one whose turn it is', async () => {
    const { started, enter } = openLane();
    const running = [enter('a0', 50), enter('b0', 50)];
    const dear = enter('c0', 100);
    const cheap = [enter('a1', 10), enter('b1', 10)];
    await endAll(running);
    (await dear)();
    await Promise.all(cheap);
    expect(started).toEqual(['a0', 'b0', 'c0', 'a1', 'b1']);
  });

  it('gives room back once, however often an end is told', async () => {
    const { lane, enter } = openLane();
    const end = await enter('a0', 50);
    await enter('a1', 50);
    end();
    end();
    expect(lane.stats()).toMatchObject({ running: 1, cost: 50 });
  });
});

describe('What waits in a lane', () => {
  it('leaves with whoever asked, and lets the next in', async () => {
    const { lane, started, enter } = openLane();
    const end = await enter('a0', 90);
    const leaving = new AbortController();
    const left = enter('b0', 100, leaving.signal);
    const next = enter('c0', 10);
    leaving.abort(new Error('The client left'));
    await expect(left).rejects.toThrow('The client left');
    await next;
    end();
    expect([started, lane.stats()]).toEqual([['a0', 'c0'], { running: 1, cost: 10, waiting: 0, admitted: 2, refused: 0 }]);
  });

  it('is not even in line when it had left before', async () => {
    const { lane, enter } = openLane();
    await expect(enter('a0', 1, AbortSignal.abort(new Error('The client left')))).rejects.toThrow('The client left');
    expect(lane.stats()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('is told OVERLOADED, and when to come back, if its turn does not come in time', async () => {
    const { lane, enter } = openLane({ waitMs: 1 });
    await enter('a0', 100);
    const error = await enter('b0', 10).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContentError);
    expect(error).toMatchObject({ code: 'OVERLOADED', details: { retryAfterSeconds: 1 } });
    expect(lane.stats()).toMatchObject({ waiting: 0, refused: 1 });
  });

  it('makes room for others where one viewer has most of it', async () => {
    const { started, enter } = openLane({ maxWaiting: 3 });
    const end = await enter('a0', 100);
    const flood = [enter('a1', 1), enter('a2', 1), enter('a3', 1)];
    const other = enter('b0', 1);
    await expect(flood[2]).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(enter('a4', 1)).rejects.toMatchObject({ code: 'OVERLOADED' });
    end();
    await Promise.all([flood[0], flood[1], other]);
    expect(started.slice(1).sort()).toEqual(['a1', 'a2', 'b0']);
  });

  it('is nobody where none may wait', async () => {
    const { enter } = openLane({ maxWaiting: 0 });
    await enter('a0', 100);
    await expect(enter('b0', 1)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});
