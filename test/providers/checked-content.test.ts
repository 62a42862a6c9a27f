import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { checkContent } from '../../src/providers/checked-content.js';

const pieces = ['one ', 'two ', 'three'].map((piece) => Buffer.from(piece));
const whole = Buffer.concat(pieces);

function source(): Readable {
  return Readable.from(pieces, { objectMode: false });
}

function digest(bytes: Buffer | string, algorithm = 'sha256') {
  return { algorithm, hex: createHash(algorithm).update(bytes).digest('hex') };
}

async function arrived(content: Readable): Promise<{ readonly bytes: string; readonly error: unknown }> {
  const chunks: Buffer[] = [];
  const failure = await content
    .forEach((chunk: Buffer) => void chunks.push(chunk))
    .then(
      () => null,
      (error: unknown) => error,
    );
  return { bytes: Buffer.concat(chunks).toString(), error: failure };
}

describe('Checked content', () => {
  it.each(['sha256', 'sha1', 'md5'])('passes when its %s digest is the promised one', async (algorithm) => {
    const { content, sizeBytes } = checkContent(source(), { digest: digest(whole, algorithm), maxBytes: null });
    expect(await buffer(content)).toEqual(whole);
    expect(sizeBytes()).toBe(whole.length);
  });

  it('never arrives whole when its digest is another one', async () => {
    const { content } = checkContent(source(), { digest: digest('other'), maxBytes: null });
    const { bytes, error } = await arrived(content);
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect('one two ').toContain(bytes);
  });

  it('passes when it is exactly as large as allowed', async () => {
    const { content } = checkContent(source(), { digest: null, maxBytes: whole.length });
    expect(await buffer(content)).toEqual(whole);
  });

  it('never arrives whole when it is larger than allowed', async () => {
    const { content } = checkContent(source(), { digest: null, maxBytes: whole.length - 1 });
    const { bytes, error } = await arrived(content);
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(bytes.length).toBeLessThan(whole.length - 1);
  });

  it('may be empty', async () => {
    const { content } = checkContent(Readable.from([], { objectMode: false }), { digest: digest(''), maxBytes: 0 });
    expect(await buffer(content)).toHaveLength(0);
  });

  it.each([new Error('the client left'), undefined])('that breaks off (%s) is its sender’s failure', async (reason) => {
    const failing = new PassThrough();
    const { content } = checkContent(failing, { digest: null, maxBytes: null });
    failing.destroy(reason);
    expect(await arrived(content)).toMatchObject({ error: { code: 'BAD_USER_INPUT' } });
  });

  it('ends its source when nobody wants it any more', async () => {
    const waiting = new PassThrough();
    const closed = once(waiting, 'close');
    checkContent(waiting, { digest: null, maxBytes: null }).content.destroy();
    await closed;
    expect(waiting.destroyed).toBe(true);
  });
});
