import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { send } from '../../src/delivery/send.js';
import { until } from './harness.js';

const sizeBytes = 32 * 1024 * 1024 + 17;
const bytes = randomBytes(sizeBytes);

let directory: string;
let path: string;
let file: FileHandle;
let server: Server;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-send-'));
  path = join(directory, 'large');
  await writeFile(path, bytes);
  file = await open(path, 'r');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

/** A server that sends the file to the first request. → its answer, unread, and what became of sending. */
async function request(signal: AbortSignal): Promise<{ readonly answer: IncomingMessage; readonly sending: Promise<string> }> {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asking = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const headers = ['Content-Length', `${sizeBytes}`];
  const body = { file, start: 0, sizeBytes };
  const sent = Promise.resolve(send(response, { status: 200, headers, body, keepUntil: null }, signal));
  const sending = sent.then(String, (error: Error) => {
    response.destroy();
    return error.message;
  });
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { answer, sending };
}

/** Node tells it by a descriptor that is none. */
function isClosed(): boolean {
  return file.fd === -1;
}

describe('A large file', () => {
  it('is sent whole, and closed', async () => {
    const { answer, sending } = await request(AbortSignal.timeout(60_000));
    expect((await buffer(answer)).equals(bytes)).toBe(true);
    expect(await sending).toBe(`${sizeBytes}`);
    await until(isClosed);
  });

  it('is closed when its client leaves', async () => {
    const { answer, sending } = await request(AbortSignal.timeout(60_000));
    answer.on('error', () => {}).destroy();
    expect(await sending).toBe('The client left');
    await until(isClosed);
  });

  it('is closed when the signal fires while its client reads nothing', async () => {
    const leaving = new AbortController();
    const { answer, sending } = await request(leaving.signal);
    answer.on('error', () => {});
    leaving.abort(new Error('left'));
    expect(await sending).toBe('left');
    await until(isClosed);
  });

  it('is closed when it turns out to be shorter', async () => {
    await truncate(path, sizeBytes - 1);
    const { answer, sending } = await request(AbortSignal.timeout(60_000));
    await expect(buffer(answer)).rejects.toThrow('aborted');
    expect(await sending).toBe(`A file ends at ${sizeBytes - 1} bytes, before ${sizeBytes}`);
    await until(isClosed);
  });
});
