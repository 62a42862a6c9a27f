import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { forEachChunk, peek } from '../../src/lib/streams.js';

/** Chunks that arrive one per turn of the event loop, as from a network; then the failure, if any. */
function arriving(chunks: readonly string[], failure?: Error): Readable {
  return Readable.from(
    (async function* () {
      for (const chunk of chunks) {
        await new Promise(setImmediate);
        yield Buffer.from(chunk);
      }
      if (failure) throw failure;
    })(),
    { objectMode: false },
  );
}

describe('peek', () => {
  it('gives the first bytes however they are cut into chunks', async () => {
    expect((await peek(arriving(['ab', 'c', 'defg']), 4)).toString()).toBe('abcd');
  });

  it('leaves all bytes in the stream for its reader', async () => {
    const stream = arriving(['ab', 'c', 'defg', 'hi']);
    await peek(stream, 4);
    expect(await text(stream)).toBe('abcdefghi');
  });

  it('gives all of a shorter stream, and leaves that too', async () => {
    const stream = arriving(['ab', 'c']);
    expect((await peek(stream, 100)).toString()).toBe('abc');
    expect(await text(stream)).toBe('abc');
  });

  it('gives nothing of an empty stream, which still ends for its reader', async () => {
    const stream = arriving([]);
    expect((await peek(stream, 100)).length).toBe(0);
    expect(await text(stream)).toBe('');
  });

  it('can be repeated', async () => {
    const stream = arriving(['abc', 'def']);
    await peek(stream, 2);
    expect((await peek(stream, 5)).toString()).toBe('abcde');
    expect(await text(stream)).toBe('abcdef');
  });

  it('leaves the stream usable for a reader of data events', async () => {
    const stream = arriving(['abc', 'def']);
    await peek(stream, 2);
    const chunks: Buffer[] = [];
    await forEachChunk(stream, (chunk) => {
      chunks.push(chunk);
      return undefined;
    });
    expect(Buffer.concat(chunks).toString()).toBe('abcdef');
  });

  it('rejects with what the stream fails with before the bytes are there', async () => {
    await expect(peek(arriving(['ab'], new Error('cut')), 4)).rejects.toThrow('cut');
  });

  it('rejects for a stream that was closed before its end', async () => {
    const stream = arriving(['ab']);
    const peeked = peek(stream, 4);
    stream.destroy();
    await expect(peeked).rejects.toThrow('closed before its end');
  });

  it('leaves a later failure to the reader', async () => {
    const stream = arriving(['abcd'], new Error('cut'));
    await peek(stream, 2);
    stream.destroy(new Error('gone'));
    await new Promise(setImmediate);
    await expect(text(stream)).rejects.toThrow('gone');
  });
});

describe('forEachChunk', () => {
  it('waits with the next chunk until the last one is taken', async () => {
    let open = 0;
    let most = 0;
    await forEachChunk(arriving(['a', 'b', 'c', 'd']), async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      open -= 1;
    });
    expect(most).toBe(1);
  });

  it('does not end before the last chunk is taken', async () => {
    const taken: string[] = [];
    await forEachChunk(arriving(['a', 'b']), async (chunk) => {
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      taken.push(chunk.toString());
    });
    expect(taken).toEqual(['a', 'b']);
  });

  it('rejects with what a step throws and destroys the stream, whose fault it was not', async () => {
    const stream = arriving(['a', 'b']);
    const reading = forEachChunk(stream, () => {
      throw new Error('full');
    });
    await expect(reading).rejects.toThrow('full');
    expect({ destroyed: stream.destroyed, errored: stream.errored }).toEqual({ destroyed: true, errored: null });
  });

  it('rejects with what a step rejects with', async () => {
    await expect(forEachChunk(arriving(['a', 'b']), () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  });

  it('rejects for a stream that failed before it was read', async () => {
    const stream = arriving(['a']);
    stream.on('error', () => {});
    stream.destroy(new Error('gone'));
    await new Promise(setImmediate);
    await expect(forEachChunk(stream, () => undefined)).rejects.toThrow('gone');
  });
});
