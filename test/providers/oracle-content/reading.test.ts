import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OpenedContent } from '../../../src/attachment.js';
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
