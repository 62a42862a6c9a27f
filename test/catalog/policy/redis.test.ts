import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Log } from '../../../src/call.js';
import { openAnswerCache } from '../../../src/catalog/policy/answer-cache.js';
import { cacheSettings } from '../../../src/catalog/settings.js';
import { attachmentOf, callOf, pageOf, type Script } from '../../support/scripted-provider.js';
import { silentLog } from '../../support/vault.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { policed } from './harness.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** A Redis of the test's own, in memory. Resolves when it accepts connections. */
async function startRedis(port: number): Promise<ChildProcess> {
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  closing.push(() => stop(redis));
  for await (const line of createInterface(redis.stdout)) if (line.includes('Ready to accept')) return redis;
  throw new Error('redis-server did not start');
}

async function stop(redis: ChildProcess): Promise<void> {
  if (redis.exitCode !== null || redis.signalCode !== null) return;
  redis.kill('SIGKILL');
  await once(redis, 'exit');
}

/** One instance of the server, as far as this is concerned: a provider and its policy over a Redis. */
async function instance(port: number, script: Script, clock = new VirtualClock(), log: Log = silentLog) {
  const cache = await openAnswerCache(cacheSettings.parse({ store: `redis://127.0.0.1:${port}` }), log, clock);
  closing.push(() => cache.close());
  return policed(script, { clock, parts: { cache } });
}

const installed = spawnSync('redis-server', ['--version']).status === 0;
const withRedis = installed ? describe : describe.skip;

withRedis('Answers kept in a Redis (needs redis-server in the path)', () => {
  it('serve every instance, as they were', async () => {
    const port = await freePort();
    await startRedis(port);
    const page = { first: 9, after: null };
    const listed = pageOf([attachmentOf('1', { container: { provider: 'box', type: 'Folder', id: '0' } })]);
    const [one, other] = [await instance(port, { list: async () => listed }), await instance(port, { list: async () => listed })];
    await one.provider.list?.({ orderBy: 'NAME_ASC' }, page, callOf());
    expect(await other.provider.list?.({ orderBy: 'NAME_ASC' }, page, callOf())).toEqual(listed);
    expect(await other.provider.stat('1', {}, callOf())).toEqual(listed.items[0]?.item);
    expect(other.calls).toEqual({});
  });

  it('serve from the first moment, however many ask at once', async () => {
    const port = await freePort();
    await startRedis(port);
    const { provider, calls, cache } = await instance(port, {});
    const askAll = () => Promise.all(['1', '2', '3'].map((id) => provider.stat(id, {}, callOf())));
    expect(await askAll()).toEqual(await askAll());
    expect([calls.stat, cache.stats().storeFailures]).toEqual([3, 0]);
  });

  it('are dropped for every instance by a change at one', async () => {
    const port = await freePort();
    await startRedis(port);
    const [one, other] = [await instance(port, { rename: async () => null }), await instance(port, {})];
    await other.provider.stat('1', {}, callOf());
    await one.provider.rename?.('1', 'new', callOf());
    await other.provider.stat('1', {}, callOf());
    expect(other.calls.stat).toBe(2);
  });

  it('are done without while it is gone', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, message: string) => warnings.push(message) };
    const { provider, calls } = await instance(port, { rename: async () => null }, new VirtualClock(), log);
    await provider.stat('1', {}, callOf());
    await stop(redis);
    for (const _ of [1, 2, 3]) expect(await provider.stat('1', {}, callOf())).toEqual(attachmentOf('1'));
    await provider.rename?.('1', 'new', callOf());
    expect(calls.stat).toBe(4);
    expect(warnings).toEqual(['the cache does not answer']);
  });

  it('are dropped later when it was away during a change', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    const { provider, calls, clock } = await instance(port, { rename: async () => null });
    await provider.stat('1', {}, callOf());
    redis.kill('SIGSTOP');
    await provider.rename?.('1', 'new', callOf());
    redis.kill('SIGCONT');
    await clock.pass(5_000);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(2);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(2);
  });
});

describe('A Redis that is not there', () => {
  it('costs its patience once, and no answer', async () => {
    const warnings: object[] = [];
    const log = { ...silentLog, warn: (fields: object) => warnings.push(fields) };
    const { provider, calls } = await instance(await freePort(), { rename: async () => null }, new VirtualClock(), log);
    for (const id of ['1', '2', '1']) expect(await provider.stat(id, {}, callOf())).toEqual(attachmentOf(id));
    await provider.rename?.('1', 'new', callOf());
    expect(calls).toEqual({ stat: 3, rename: 1 });
    expect(warnings).toHaveLength(1);
  });
});
