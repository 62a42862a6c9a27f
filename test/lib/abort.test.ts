import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Pool } from 'undici';
import { Abort } from '../../src/lib/abort.js';
import { listen } from '../support/listening.js';

describe('Abort', () => {
  test('tells its listeners once, with the first reason', () => {
    const abort = new Abort();
    const told: unknown[] = [];
    abort.signal.addEventListener('abort', () => told.push(abort.signal.reason));
    abort.abort('left');
    abort.abort('late');
    expect(told).toEqual(['left']);
    expect(abort.signal.aborted).toBe(true);
    expect(() => abort.signal.throwIfAborted()).toThrow('left');
  });

  test('tells all of its listeners, and a fault of one ends the program', () => {
    const program = `import { Abort } from './dist/lib/abort.js';
      const abort = new Abort();
      abort.signal.addEventListener('abort', () => { throw new Error('a fault'); });
      abort.signal.addEventListener('abort', { handleEvent: () => console.log('the other') });
      abort.abort('left');`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect([status, stdout.trim()]).toEqual([1, 'the other']);
    expect(stderr).toContain('a fault');
  });

  test('does not tell who no longer listens', () => {
    const abort = new Abort();
    const told: string[] = [];
    const listener = () => told.push('told');
    abort.signal.addEventListener('abort', listener);
    abort.signal.removeEventListener('abort', listener);
    abort.abort('left');
    expect(told).toEqual([]);
  });

  test('does not throw before it has fired', () => {
    expect(() => new Abort().signal.throwIfAborted()).not.toThrow();
  });

  test('ends a timer', async () => {
    const abort = new Abort();
    const waiting = wait(60_000, undefined, { signal: abort.signal });
    abort.abort(new Error('left'));
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends a stream', async () => {
    const abort = new Abort();
    const reading = pipeline(
      createReadStream(fileURLToPath(import.meta.url)),
      async function* (chunks) {
        for await (const _ of chunks) await new Promise(() => {});
        yield '';
      },
      { signal: abort.signal },
    );
    abort.abort(new Error('left'));
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends a request', async () => {
    const server = await listen(createServer(() => {}));
    const pool = new Pool(server.url);
    const abort = new Abort();
    const asking = pool.request({ method: 'GET', path: '/', signal: abort.signal });
    abort.abort(new Error('left'));
    await expect(asking).rejects.toThrow('left');
    await pool.destroy();
    await server.close();
  });
});
