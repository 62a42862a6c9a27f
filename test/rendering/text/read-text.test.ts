import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readText } from '../../../src/rendering/text/read-text.js';

const never = new AbortController().signal;
const written = 'Smörgåsbord – 12 €';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'text-renderer-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(written)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${written}`)],
    ['UTF-16, little end first, with a mark', Buffer.from(`\ufeff${written}`, 'utf16le')],
    ['UTF-16, big end first, with a mark', Buffer.from(`\ufeff${written}`, 'utf16le').swap16()],
    ['UTF-16, little end first', Buffer.from('plain words', 'utf16le'), 'plain words'],
    ['UTF-16, big end first', Buffer.from('plain words', 'utf16le').swap16(), 'plain words'],
    ['Windows-1252', Buffer.from([...'Sm\xf6rg\xe5sbord \x96 12 \x80'].map((character) => character.charCodeAt(0)))],
  ])('is read from %s', async (_, bytes, expected = written) => {
    expect(await textOf(bytes, 100)).toBe(expected);
  });

  it('is empty for an empty file', async () => {
    expect(await textOf(Buffer.alloc(0), 100)).toBe('');
  });

  it('keeps markup as it was written', async () => {
    expect(await textOf(Buffer.from('<p>Hello</p>\r\n'), 100)).toBe('<p>Hello</p>\r\n');
  });

  it('ends at the length asked for', async () => {
    expect(await textOf(Buffer.from('abcdef'), 3)).toBe('abc');
  });

  it('never ends in the middle of a character', async () => {
    expect(await textOf(Buffer.from('ab😀'), 3)).toBe('ab');
    expect(await textOf(Buffer.from('ab😀'), 4)).toBe('ab😀');
  });

  it('is whole across the blocks in which it is read', async () => {
    const long = '€'.repeat(100_000);
    expect(await textOf(Buffer.from(long), 200_000)).toBe(long);
  });

  it('is taken from the beginning of a file of any size', async () => {
    const path = join(folder, 'huge.txt');
    await writeFile(path, 'first words\n');
    await truncate(path, 8 * 1024 ** 3);
    expect(await readText(path, 11, never)).toBe('first words');
  });

  it('is not read for somebody who has left', async () => {
    const left = AbortSignal.abort(new Error('gone'));
    await expect(textOf(Buffer.from('abc'), 3, left)).rejects.toThrow('gone');
  });
});

let fileCount = 0;

async function textOf(bytes: Buffer, maxChars: number, signal = never): Promise<string> {
  fileCount += 1;
  const path = join(folder, `${fileCount}.txt`);
  await writeFile(path, bytes);
  return readText(path, maxChars, signal);
}
