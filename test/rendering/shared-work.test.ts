import { describe, expect, it } from '@jest/globals';
import type { Task } from '../../src/rendering/demand.js';
import { SharedWork } from '../../src/rendering/shared-work.js';
import { asked, Gate, request } from './harness.js';

describe('Equal work at once', () => {
  it('is done once for everybody', async () => {
    const shared = new SharedWork<string>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      return 'drawn';
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => shared.run('key', asked, work)));
    expect(new Set(answers)).toEqual(new Set(['drawn']));
    expect({ runs, joined: shared.joined }).toEqual({ runs: 1, joined: 99 });
  });

  it('is done again when it is wanted later', async () => {
    const shared = new SharedWork<number>();
    let runs = 0;
    const work = async () => ++runs;
    expect([await shared.run('key', asked, work), await shared.run('key', asked, work)]).toEqual([1, 2]);
  });

  it('goes on while somebody still waits', async () => {
    const shared = new SharedWork<string>();
    const gate = new Gate();
    const work = async ({ signal }: Task) => {
      await gate.opened;
      return signal.aborted ? 'given up' : 'drawn';
    };
    const leaving = new AbortController();
    const left = shared.run('key', { ...asked, signal: leaving.signal }, work);
    const stayed = shared.run('key', asked, work);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    gate.open();
    expect(await stayed).toBe('drawn');
  });

  it('is given up when the last one leaves, and starts anew for the next', async () => {
    const shared = new SharedWork<string>();
    const leaving = new AbortController();
    const given = new Promise<unknown>((resolve) => {
      const work = ({ signal }: Task) =>
        new Promise<string>((_, reject) => {
          signal.addEventListener('abort', () => {
            resolve(signal.reason);
            reject(signal.reason);
          });
        });
      shared.run('key', { ...asked, signal: leaving.signal }, work).catch(() => {});
    });
    leaving.abort('gone');
    expect(await given).toBe('gone');
    expect(await shared.run('key', asked, async () => 'anew')).toBe('anew');
  });

  it('is not started for somebody who has already left', async () => {
    const shared = new SharedWork<string>();
    const work = async () => 'drawn';
    await expect(shared.run('key', { ...asked, signal: AbortSignal.abort(new Error('gone')) }, work)).rejects.toThrow('gone');
  });

  it('becomes asked for when somebody asks for what was made ahead of need, and is then wanted by both', async () => {
    const shared = new SharedWork<Task['demand']>();
    const gate = new Gate();
    const work = async ({ demand }: Task) => {
      await gate.opened;
      return demand;
    };
    const made = shared.run('key', request('maker', 'ahead'), work);
    const wanted = shared.run('key', request('asker'), work);
    gate.open();
    const [demand] = await Promise.all([made, wanted]);
    expect(demand).toMatchObject({ priority: 'asked', claims: 2 });
    expect([...demand.scopes]).toEqual(['maker', 'asker']);
  });

  it('tells the work that it waits for of those who join later', async () => {
    const [outer, inner] = [new SharedWork<string>(), new SharedWork<string>()];
    const gate = new Gate();
    let innermost: Task | undefined;
    const innerWork = async (task: Task) => {
      innermost = task;
      await gate.opened;
      return 'done';
    };
    const work = (task: Task) => inner.run('inner', task, innerWork);
    const works = ['first', 'second', 'third'].map((scope) => outer.run('outer', request(scope, 'ahead'), work));
    works.push(inner.run('inner', request('fourth'), innerWork));
    expect(innermost?.demand).toMatchObject({ priority: 'asked', claims: 4 });
    expect([...(innermost?.demand.scopes ?? [])]).toEqual(['first', 'second', 'third', 'fourth']);
    gate.open();
    await Promise.all(works);
  });

  it('fails for everybody alike', async () => {
    const shared = new SharedWork<string>();
    const work = () => Promise.reject(new Error('broken'));
    const answers = [shared.run('key', asked, work), shared.run('key', asked, work)];
    for (const answer of answers) await expect(answer).rejects.toThrow('broken');
  });
});
