import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OpenedContent } from '../../../src/attachment.js';
import { createOracleContent } from '../../../src/providers/oracle-content/index.js';
import { oracleContentSettings } from '../../../src/providers/oracle-content/settings.js';
import {
  type OracleContentSandbox,
  type OracleContentSandboxOptions,
  openOracleContentSandbox,
} from '../../support/oracle-content.js';
import { call } from '../../support/vault.js';

let held: OracleContentSandbox;
afterEach(() => held.close());

async function open(options: OracleContentSandboxOptions = {}): Promise<OracleContentSandbox> {
  held = await openOracleContentSandbox(options);
  return held;
}

const as = (token: string) => () => ({ mode: 'service', token }) as const;

function files(count: number) {
  return Array.from({ length: count }, (_, number) => ({
    filename: `${number}.txt`,
    contentType: 'text/plain',
    bytes: `content of ${number}`,
  }));
}

async function bytesOf(opened: OpenedContent | null): Promise<string | null> {
  return opened && 'stream' in opened.body ? (await buffer(opened.body.stream)).toString() : null;
}

const photo = 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9';
const plan = 'D3C1C1F319CFE6B102095C5DT0000000000100000001';

describe('Attachments by id', () => {
  it('cost one request a hundred', async () => {
    const { provider, put, sandbox } = await open({ seed: false });
    const ids = await put(files(120));
    sandbox.log.clear();
    expect(await provider.statMany(ids.slice(0, 100), call)).toHaveLength(100);
    expect(sandbox.log.requests()).toHaveLength(1);
    await provider.statMany(ids, call);
    expect(sandbox.log.requests()).toHaveLength(3);
  });

  it('that are left out are asked for one by one: not there, or not ours', async () => {
    const { provider, sandbox } = await open({ credentials: as('user-aa') });
    const answers = await provider.statMany([plan, photo, 'D00', plan], call);
    expect(answers).toMatchObject([{ id: plan }, { code: 'FORBIDDEN', details: { upstreamCode: '-20' } }, null, { id: plan }]);
    expect(sandbox.log.requests()).toHaveLength(3);
  });

  it('are told apart too where one of them makes the system refuse all', async () => {
    const { provider } = await open({ lists: 'refuse', credentials: as('user-aa') });
    expect(await provider.statMany([plan, photo], call)).toMatchObject([{ id: plan }, { code: 'FORBIDDEN' }]);
  });

  it('in another spelling are the same', async () => {
    const { provider } = await open();
    expect(await provider.statMany([photo.slice(1), photo], call)).toMatchObject([{ id: photo }, { id: photo }]);
  });

  it('that the system refuses to show are FORBIDDEN, not absent', async () => {
    const { provider } = await open({ credentials: as('user-bb') });
    await expect(provider.stat(plan, {}, call)).rejects.toMatchObject({ code: 'FORBIDDEN', details: { upstreamStatus: 403 } });
  });

  it('are described in numbers, dates and types of their own', async () => {
    const { provider } = await open();
    expect(await provider.stat(plan, { version: 1 }, call)).toEqual({
      provider: 'oracle',
      id: plan,
      filename: 'floor-plan.pdf',
      contentType: 'application/pdf',
      sizeBytes: expect.any(Number),
      digest: null,
      state: 'READY',
      createdAt: new Date('2025-03-05T09:35:11Z'),
      modifiedAt: new Date('2025-03-05T09:35:11Z'),
      container: { provider: 'oracle', type: 'Folder', id: 'FDC22B65E850730CAA60AF83B5D17B95F47087F4E518' },
      versionNumber: 1,
      contentKey: `oracle-${plan}-v1`,
      permissions: { read: true, download: true, replace: true, delete: true, share: false },
    });
  });
});

describe('What is no id', () => {
  it.each(['lists', 'data', 'items', 'search', 'token', '../D1', 'D1?version=1', 'D1#', 'D%2f1', '', 'DÄ'])(
    '%j is unknown, without a request',
    async (id) => {
      const { provider, sandbox } = await open();
      const page = { first: 5, after: null };
      const container = { type: 'Folder', id } as const;
      expect(await provider.stat(id, {}, call)).toBeNull();
      expect(await provider.statMany([id], call)).toEqual([null]);
      expect(await provider.open(id, {}, call)).toBeNull();
      expect(await provider.remove(id, { permanently: true }, call)).toBe(false);
      expect(await provider.statContainer('Folder', id, call)).toBeNull();
      await expect(provider.list({ container, orderBy: 'NAME_ASC' }, page, call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(provider.listContainers(container, page, call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(sandbox.log.requests()).toHaveLength(0);
    },
  );
});

describe('Bytes', () => {
  it('come as the asked range alone, with the size of the whole', async () => {
    const { provider, put, sandbox } = await open({ seed: false });
    const [id = ''] = await put([{ filename: 'a.txt', contentType: 'text/plain', bytes: '0123456789' }]);
    const opened = await provider.open(id, { range: { start: 3, end: 9 } }, call);
    expect(opened).toMatchObject({ range: { start: 3, end: 9 }, sizeBytes: 10 });
    expect(await bytesOf(opened)).toBe('3456789');
    expect(sandbox.log.requests(/GET .*\/data/)[0]?.headers.range).toBe('bytes=3-9');
  });

  it('outside the file are RANGE_NOT_SATISFIABLE', async () => {
    const { provider, put } = await open({ seed: false });
    const [id = ''] = await put(files(1));
    const opening = provider.open(id, { range: { start: 900, end: 999 } }, call);
    await expect(opening).rejects.toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
  });

  it.each([
    [206, 'bytes 0-3/10'],
    [206, null],
    [202, null],
    [204, null],
  ])('that are answered with %i %s are not the whole', async (status, range) => {
    const { url } = await open({ seed: false });
    const server = createServer((_, response) => {
      response.writeHead(status, range ? { 'content-range': range } : {}).end(status === 206 ? '0123' : undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const settings = oracleContentSettings.parse({
      baseUrl: url.replace(/\d+$/, `${(server.address() as AddressInfo).port}`),
      credentials: as('sandbox-token')(),
    });
    const provider = createOracleContent({ name: 'oracle', account: 'oracle', sandbox: true, settings });
    const refused = { code: 'PROVIDER_ERROR', details: { upstreamStatus: status } };
    await expect(provider.open(plan, {}, call)).rejects.toMatchObject(refused);
    await expect(provider.open(plan, { range: { start: 2, end: 5 } }, call)).rejects.toMatchObject(refused);
    await provider.close?.();
    server.close();
  });

  it('that end too early are never a short file', async () => {
    const { provider, put, sandbox } = await open({ seed: false });
    const [id = ''] = await put(files(1));
    sandbox.faults.add({ kind: 'truncate', afterBytes: 4, path: '/data' });
    await expect(bytesOf(await provider.open(id, {}, call))).rejects.toBeDefined();
  });
});

describe('An answer', () => {
  it.each(['<html>maintenance</html>', '{}', '{"errorCode":"-1","id":"D1","name":"a"}', '{"id":7,"name":"a"}'])(
    '%s is none of its own',
    async (body) => {
      const { provider, sandbox } = await open({ seed: false });
      sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
      await expect(provider.stat('D1', {}, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    },
  );

  it('may write numbers as numbers and call JSON bytes', async () => {
    const { provider, sandbox } = await open({ seed: false });
    const body = JSON.stringify({ errorCode: 0, id: 'D1', name: 'photo.PNG', size: 7, version: 3, modifiedTime: 'yesterday' });
    sandbox.faults.add({ kind: 'body', contentType: 'application/octet-stream', body });
    const told = {
      filename: 'photo.PNG',
      contentType: 'image/png',
      sizeBytes: 7,
      versionNumber: 3,
      modifiedAt: null,
      container: null,
    };
    expect(await provider.stat('D1', {}, call)).toMatchObject(told);
  });
});
