import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { file, type RunningDelivery, startDelivery, until } from './harness.js';

const mib = 1024 * 1024;

let running: RunningDelivery;

beforeEach(async () => {
  running = await startDelivery({ deadlineSeconds: 1, idleSeconds: 1 });
});

afterEach(() => running.close());

/** Puts a file on the shelf that lies on disk, and breaks off at a size while metadata states another. */
async function shelveTruncated(id: string, statedBytes: number, realBytes: number): Promise<string> {
  const path = join(running.directory, id);
  await writeFile(path, Buffer.alloc(statedBytes));
  await truncate(path, realBytes);
  running.shelf.files.set(id, file(Buffer.alloc(statedBytes), { open: () => ({ path }) }));
  return running.pathTo(id);
}

describe('A client that leaves', () => {
  it('while the provider still opens the file ends the work there', async () => {
    const asked = asking();
    running.shelf.files.set('slow', file('x', { open: (_range, signal) => hang(signal, asked.with) }));
    const leaving = get(running.origin + running.pathTo('slow'));
    leaving.on('error', () => {});
    const signal = await asked.promise;
    leaving.destroy();
    await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ name: 'ClientLeft' });
  });

  it('in the middle of a file ends the reading of it', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    running.shelf.files.set('endless', file('x', { statedSizeBytes: null, open: () => ({ stream: endless }) }));
    const leaving = await begin(running.pathTo('endless'));
    leaving.destroy();
    await once(endless, 'close').catch(() => {});
    expect(endless.destroyed).toBe(true);
  });

  it('ends all that it asked for one after the other on one connection', async () => {
    const path = await shelveTruncated('whole', 64 * mib, 64 * mib);
    const { hostname, port } = new URL(running.origin);
    const client = connect(Number(port), hostname);
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(3));
    await once(client, 'data');
    client.destroy();
    await until(() => running.stats().aborted === 3);
    expect(running.answered).toEqual([]);
  });

  it('is not logged as a fault', async () => {
    const path = await shelveTruncated('whole', 64 * mib, 64 * mib);
    const leaving = await begin(path);
    leaving.destroy();
    await until(() => running.stats().aborted === 1);
    expect(running.logged.filter((line) => line.includes('reqId'))).toEqual([]);
  });
});

describe('A client that stops reading', () => {
  it('is left after a while', async () => {
    const path = await shelveTruncated('whole', 64 * mib, 64 * mib);
    const sleeping = await begin(path);
    await until(() => running.stats().aborted === 1);
    await expect(buffer(sleeping)).rejects.toThrow('aborted');
  });
});

describe('A client that reads slowly', () => {
  it('gets the very bytes of a large file', async () => {
    const path = join(running.directory, 'large');
    const bytes = randomBytes(8 * mib + 17);
    await writeFile(path, bytes);
    running.shelf.files.set('large', file(bytes, { open: () => ({ path }) }));
    const pieces: Buffer[] = [];
    for await (const piece of await begin(running.pathTo('large'))) {
      pieces.push(piece);
      await setTimeout(1);
    }
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });
});

describe('Content that is not there in time', () => {
  it('is answered 504 and ends the work', async () => {
    const asked = asking();
    running.shelf.files.set('slow', file('x', { open: (_range, signal) => hang(signal, asked.with) }));
    const answer = await running.ask(running.pathTo('slow'));
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([504, 'PROVIDER_TIMEOUT']);
    expect((await asked.promise).aborted).toBe(true);
  });

  it('but begins in time may take longer', async () => {
    const pieces = [Buffer.from('be'), Buffer.from('gun')];
    const slow = async function* () {
      yield pieces[0];
      await setTimeout(1_200);
      yield pieces[1];
    };
    const kept = await startDelivery({ deadlineSeconds: 1 });
    kept.shelf.files.set('long', file('begun', { open: () => ({ stream: Readable.from(slow()) }) }));
    const answer = await kept.ask(kept.pathTo('long'));
    await kept.close();
    expect([answer.status, answer.body.toString()]).toEqual([200, 'begun']);
  });
});

describe('Content that breaks its word', () => {
  it.each([
    ['that is shorter than stated', 2 * mib, 10],
    ['that is small and shorter than stated', 1000, 10],
    ['that is empty and should not be', 1000, 0],
  ])('is never sent as if it were whole: a file %s', async (_what, statedBytes, realBytes) => {
    const path = await shelveTruncated('short', statedBytes, realBytes);
    const received = await running.ask(path).then(
      (answer) => answer.status,
      () => 'broken',
    );
    expect([500, 'broken']).toContain(received);
  });

  it.each([
    ['ends early', ['abc'], 6],
    ['brings too much', ['abc', 'defg'], 6],
    ['ends before it began', [], 6],
  ])('is never sent as if it were whole: a stream that %s', async (_what, pieces, statedSizeBytes) => {
    const stream = () => ({ stream: Readable.from(pieces.map((piece) => Buffer.from(piece))) });
    running.shelf.files.set('lying', file('x', { statedSizeBytes, open: stream }));
    const received = await running.ask(running.pathTo('lying')).then(
      (answer) => answer.status,
      () => 'broken',
    );
    expect([502, 'broken']).toContain(received);
    expect(running.logged.join()).toContain('a provider did not bring its content');
  });

  it('is cut at the length that was promised, never padded or prolonged', async () => {
    const stream = () => ({ stream: Readable.from([Buffer.from('abc'), Buffer.from('defghi')]) });
    running.shelf.files.set('lying', file('x', { statedSizeBytes: 6, open: stream }));
    const received = await new Promise<string>((resolve) => {
      get(running.origin + running.pathTo('lying'), (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => {});
        response.on('close', () => resolve(Buffer.concat(pieces).toString()));
      }).on('error', () => resolve(''));
    });
    expect('abc').toContain(received);
  });

  it('leaves a server that goes on answering', async () => {
    await running.ask(await shelveTruncated('short', 2 * mib, 10)).catch(() => {});
    running.shelf.files.set('fine', file('fine'));
    expect((await running.ask(running.pathTo('fine'))).status).toBe(200);
  });
});

/** The signal that a provider was asked with, once it is. */
function asking() {
  const asked = new EventEmitter();
  return {
    promise: once(asked, 'with').then(([signal]): AbortSignal => signal),
    with: (signal: AbortSignal) => void asked.emit('with', signal),
  };
}

/** A provider that answers only to its signal. */
function hang(signal: AbortSignal, asked: (signal: AbortSignal) => void): Promise<never> {
  asked(signal);
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** An answer of which nothing but the headers has been read. */
async function begin(path: string): Promise<IncomingMessage> {
  const [response] = await once(get(running.origin + path), 'response');
  response.on('error', () => {});
  return response;
}
