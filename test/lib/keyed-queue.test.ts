import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from '../../src/lib/keyed-queue.js';

/** Work that ends when it is told to. */
function openWork() {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => finished, finish };
}

describe('A keyed queue', () => {
  it('runs work of one key in the order asked, one at a time', async () => {
    const queue = new KeyedQueue();
    const first = openWork();
    const events: string[] = [];
    const one = queue.run('a', () => first.work().then(() => events.push('one')));
    const two = queue.run('a', async () => events.push('two'));
    events.push('asked');
    first.finish();
    await Promise.all([one, two]);
    expect(events).toEqual(['asked', 'one', 'two']);
  });

  it('lets another key pass', async () => {
    const queue = new KeyedQueue();
    const first = openWork();
    const one = queue.run('a', first.work);
    expect(await queue.run('b', async () => 'passed')).toBe('passed');
    first.finish();
    await one;
  });

  it('goes on after work that failed, and tells only its own caller', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('a', () => Promise.reject(new Error('broken')));
    const next = queue.run('a', async () => 'fine');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('fine');
  });
});
