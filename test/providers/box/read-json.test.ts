import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readJson } from '../../../src/providers/box/read-json.js';

describe('A short answer of Box', () => {
  it('is its JSON', async () => {
    expect(await readJson(Readable.from([Buffer.from('{"code":'), Buffer.from('"x"}')]))).toEqual({ code: 'x' });
  });

  it.each(['', '<html>', '{"code":'])('that is written %j is none', async (written) => {
    expect(await readJson(Readable.from([Buffer.from(written)]))).toBeNull();
  });

  it('that breaks off is none', async () => {
    const broken = new Readable({
      read() {
        this.push('{}');
        this.destroy(new Error('The connection ended'));
      },
    });
    expect(await readJson(broken)).toBeNull();
  });

  it('that never ends is read no further than any answer goes', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024, ' '));
      },
    });
    expect(await readJson(endless)).toBeNull();
    expect(endless.destroyed).toBe(true);
  });
});
