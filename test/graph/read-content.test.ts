import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ByteRange, OpenedContent } from '../../src/attachment.js';
import { readContent, type Wanted } from '../../src/graph/content/read-content.js';
import { InlineBudget } from '../../src/graph/inline-budget.js';

const notWhole = { code: 'PROVIDER_ERROR', message: 'What box sent is not whole', details: { provider: 'box' } };

/** Reads what was opened of ten bytes, unless told. */
function read(opened: Partial<OpenedContent> & Pick<OpenedContent, 'body'>, wanted: Partial<Wanted> = {}) {
  const whole = { provider: 'box', sizeBytes: 10, range: null, signal: new AbortController().signal };
  const content = { contentType: 'text/plain', sizeBytes: null, range: null, ...opened };
  return readContent(content, { ...whole, ...wanted }, new InlineBudget(100, 100));
}

/** A stream of these pieces; an Error among them ends it. */
function streamOf(...pieces: readonly (string | Error)[]): { readonly stream: Readable } {
  async function* flow() {
    for (const piece of pieces) {
      if (typeof piece !== 'string') throw piece;
      yield Buffer.from(piece);
    }
  }
  return { stream: Readable.from(flow(), { objectMode: false }) };
}

describe('Content that is read into a query', () => {
  it('is NOT_FOUND when its file is deleted for good before it is read', async () => {
    const reading = read({ body: { path: '/nowhere/deleted' } });
    await expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The attachment was deleted meanwhile' });
  });

  it.each<[range: ByteRange | null, bytes: string]>([
    [null, '0123456789'],
    [{ start: 3, end: 6 }, '3456'],
    [{ start: 9, end: 9 }, '9'],
  ])('is cut out of a stream of the whole (%j)', async (range, bytes) => {
    expect((await read({ body: streamOf('01234', '56789') }, { range })).toString()).toBe(bytes);
  });

  it('may be of any length where nobody tells it', async () => {
    expect((await read({ body: streamOf('012') }, { sizeBytes: null })).toString()).toBe('012');
  });

  it.each([
    ['ends early', streamOf('012')],
    ['goes on for longer', streamOf('0123456789', 'and more')],
    ['breaks off', streamOf('012', new Error('socket closed'))],
  ])('is PROVIDER_ERROR where its stream %s', async (_, body) => {
    await expect(read({ body })).rejects.toMatchObject(notWhole);
  });

  it('is PROVIDER_ERROR where another size is told than the one it has, whatever part is wanted', async () => {
    const body = streamOf('<html>Sign in</html>');
    await expect(read({ body, sizeBytes: 20 }, { range: { start: 0, end: 3 } })).rejects.toMatchObject(notWhole);
    expect(body.stream.destroyed).toBe(true);
  });

  it('ends with its request for its own reason', async () => {
    const reason = new Error('the client left');
    const reading = read({ body: streamOf('012', reason) }, { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  });
});
