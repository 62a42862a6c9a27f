import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { zipFile } from '../../support/zip-file.js';
import { openTypesetter, type Typesetter } from './harness.js';

let test: Typesetter;

beforeAll(async () => {
  test = await openTypesetter();
});

afterAll(() => test.close());

const zip = 'application/zip';

describe('An archive', () => {
  it('lists what it holds, with sizes and times, and is searched by the names', async () => {
    const file = zipFile([
      { name: 'photos/' },
      { name: 'photos/été.jpg', sizeBytes: 2_000_000 },
      { name: 'notes.txt', sizeBytes: 12 },
    ]);
    const { text } = await test.set(file, zip);
    for (const words of ['2 files, 1.9 MiB unpacked', 'photos/été.jpg', '1.9 MiB', '12 bytes', '2026-11-27 17:18'])
      expect(text).toContain(words);
    expect(await test.read(file, zip)).toBe('photos/\nphotos/été.jpg\nnotes.txt');
  });

  it('that is encrypted says so', async () => {
    expect((await test.set(zipFile([{ name: 'secret.txt', sizeBytes: 1, isEncrypted: true }]), zip)).text).toContain('encrypted');
  });

  it('may be empty', async () => {
    expect((await test.set(zipFile([]), zip)).text).toContain('0 files');
    expect(await test.read(zipFile([]), zip)).toBe('');
  });

  it('is listed by its directory alone, however much it would unpack to', async () => {
    const bomb = Array.from({ length: 5 }, (_, at) => ({ name: `${at}.bin`, sizeBytes: 0xfffffff0 }));
    expect((await test.set(zipFile(bomb), zip)).text).toContain('5 files, 20 GiB unpacked');
  });

  it('of very many files lists the first ones and tells how many there are', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({ name: `folder/file-${at}.txt`, sizeBytes: 1 }));
    const { text, pages } = await test.set(zipFile(many), zip);
    expect(text).toContain('20,000 entries, of which the first 10,000 are listed');
    expect(pages).toBe(20);
    expect((await test.read(zipFile(many), zip)).split('\n')).toHaveLength(10_000);
  });

  it('shows absurd names as they are, and makes nothing of them', async () => {
    const names = [
      '../../etc/passwd',
      'C:\\Windows\\x',
      '/root',
      'a'.repeat(60_000),
      '\u202egpj.exe',
      'line\nfeed',
      Buffer.from([0xff, 0xfe, 0x00]),
      '',
    ];
    const { text, pages } = await test.set(zipFile(names.map((name) => ({ name }))), zip);
    expect(text).toContain('../../etc/passwd');
    expect(pages).toBe(1);
  });

  it.each([
    ['is none', Buffer.from('PK\x03\x04 nothing else')],
    ['was cut off', zipFile([{ name: 'a' }]).subarray(0, 40)],
    ['lies about its count', zipFile([{ name: 'a' }], 500)],
  ])('that %s is refused in plain words', async (_, bytes) => {
    await expect(test.set(bytes, zip)).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: 'The archive is damaged or was cut off: its list of files cannot be read',
    });
  });
});

describe('A font', () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const dejavu = () => readFile(join(folder, 'DejaVuSerif.ttf'));

  it('shows sample lines in itself, and is searched by its name', async () => {
    const { text, width, height, picture } = await test.set(await dejavu(), 'font/ttf');
    expect(text).toMatch(/DejaVu Serif\s+[\d,]+ glyphs/);
    expect(width).toBeGreaterThan(height);
    expect(await inkBelow(picture)).toBeGreaterThan(0.02);
    expect(await test.read(await dejavu(), 'font/ttf')).toMatch(/^DejaVu Serif\n/);
  });

  it.each([1, 5, 20, 50, 80, 99])('cut off after %i %% ends with a page or in plain words', async (percent) => {
    const bytes = await dejavu();
    const outcome = await test
      .set(bytes.subarray(0, Math.floor((bytes.length * percent) / 100)), 'font/ttf')
      .catch((error: { code: string; message: string }) => error);
    if ('code' in outcome) expect(outcome).toMatchObject({ code: 'PROVIDER_ERROR', message: expect.stringContaining('damaged') });
    else expect(outcome.pages).toBe(1);
  });

  it('packed for the web is drawn like any other', async () => {
    const { text, picture } = await test.set(toWoff(await dejavu()), 'font/woff');
    expect(text).toContain('DejaVu Serif');
    expect(await inkBelow(picture)).toBeGreaterThan(0.02);
  });

  it.each([
    ['bytes of chance', (packed: Buffer) => packed.map((byte, at) => (at > 100 ? (at * 7919) % 256 : byte))],
    ['a beginning and no end', (packed: Buffer) => packed.fill(0, packed.length / 2)],
    ['nothing but zeros', (packed: Buffer) => packed.fill(0)],
  ])('packed for the web is refused where a table that it cannot do without has %s', async (_, harm) => {
    const font = toWoff(await dejavu());
    const { offset, packedLength } = tableOf(font, 'glyf');
    font.set(harm(font.subarray(offset, offset + packedLength)), offset);
    await expect(test.set(font, 'font/woff')).rejects.toMatchObject({ message: expect.stringContaining('damaged') });
  });

  it('packed for the web is drawn without a table that it can do without', async () => {
    const font = toWoff(await dejavu());
    const { offset } = tableOf(font, 'kern');
    font.fill(0xff, offset, offset + 10);
    expect((await test.set(font, 'font/woff')).text).toContain('DejaVu Serif');
  });

  it('packed for the web is refused where it says that it is gigabytes large', async () => {
    const font = toWoff(await dejavu());
    font.writeUInt32BE(0xffffffff, tableOf(font, 'glyf').entry + 12);
    await expect(test.set(font, 'font/woff')).rejects.toMatchObject({ message: expect.stringContaining('damaged') });
  });

  it('that is none is refused in plain words', async () => {
    await expect(test.set('no font', 'font/woff2')).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: 'The file is damaged in a way that stops it from being read',
    });
  });

  it('with bytes of chance in it ends with a page or in plain words', async () => {
    const bytes = await dejavu();
    for (let at = 500; at < bytes.length; at += 9_973) bytes[at] = (at * 31) % 256;
    const outcome = await test.set(bytes, 'font/ttf').catch((error: { code: string }) => error);
    expect('code' in outcome ? outcome.code : 'pages').toMatch(/^(?:PROVIDER_ERROR|PROVIDER_TIMEOUT|pages)$/);
  });
});

/** Which share of the lower three quarters of a picture is dark. */
async function inkBelow(picture: Buffer): Promise<number> {
  const { width, height } = await sharp(picture).metadata();
  const top = Math.round(height / 4);
  const { channels } = await sharp(picture)
    .extract({ left: 0, top, width, height: height - top })
    .greyscale()
    .stats();
  return 1 - (channels[0]?.mean ?? 255) / 255;
}

/** https://www.w3.org/TR/WOFF/: the tables of the font, each compressed, behind a list of them. */
function toWoff(font: Buffer): Buffer {
  const count = font.readUInt16BE(4);
  const header = Buffer.alloc(44);
  const list = Buffer.alloc(20 * count);
  const tables: Buffer[] = [];
  let offset = header.length + list.length;
  for (let index = 0; index < count; index += 1) {
    const entry = font.subarray(12 + index * 16, 28 + index * 16);
    const [start, length] = [entry.readUInt32BE(8), entry.readUInt32BE(12)];
    const packed = deflateSync(font.subarray(start, start + length));
    const kept = packed.length < length ? packed : font.subarray(start, start + length);
    entry.copy(list, index * 20, 0, 4);
    list.writeUInt32BE(offset, index * 20 + 4);
    list.writeUInt32BE(kept.length, index * 20 + 8);
    list.writeUInt32BE(length, index * 20 + 12);
    entry.copy(list, index * 20 + 16, 4, 8);
    const padded = Buffer.concat([kept, Buffer.alloc((4 - (kept.length % 4)) % 4)]);
    tables.push(padded);
    offset += padded.length;
  }
  header.write('wOFF', 'latin1');
  header.writeUInt32BE(0x00010000, 4);
  header.writeUInt32BE(offset, 8);
  header.writeUInt16BE(count, 12);
  header.writeUInt32BE(font.length, 16);
  return Buffer.concat([header, list, ...tables]);
}

/** Where its entry in the list is, and what that says. */
function tableOf(woff: Buffer, tag: string): { readonly entry: number; readonly offset: number; readonly packedLength: number } {
  const entry = woff.indexOf(tag, 44, 'latin1');
  return { entry, offset: woff.readUInt32BE(entry + 4), packedLength: woff.readUInt32BE(entry + 8) };
}

describe('What is set', () => {
  it('is given up with whoever asked, and the next is set by another thread', async () => {
    const leaving = new AbortController();
    const answer = test.set('x '.repeat(500_000), 'text/plain', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    expect((await test.set('still here', 'text/plain')).text).toContain('still here');
  });

  it('ends within its time', async () => {
    const hasty = await openTypesetter({ timeoutMs: 1 });
    await expect(hasty.set('x '.repeat(500_000), 'text/plain')).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
      message: 'The file takes too long to be set on pages; the limit is 0.001 s',
    });
    await hasty.close();
  });
});
