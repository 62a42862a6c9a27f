import { describe, expect, it } from '@jest/globals';
import { cleanFilename, numberedFilename, parseFilename } from '../src/filename.js';

const bytesOf = (text: string) => Buffer.byteLength(text);

describe('A name that somebody chose', () => {
  it.each([
    'photo.jpg',
    '.profile',
    'no extension',
    'résumé.pdf',
    '写真 2024.png',
    '\u{1F469}\u200D\u{1F469}\u200D\u{1F467}.gif',
    '\u2764\uFE0F.png',
    '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.svg',
    'می\u200Cخواهم.txt',
    'مستند\u200F (1).pdf',
    '葛\u{E0100}城.txt',
    'a'.repeat(255),
  ])('may be %j', (name) => {
    expect(parseFilename(name, 'filename')).toBe(name);
  });

  it('is brought into the composed form, so that one name is not two', () => {
    expect(parseFilename('re\u0301sume\u0301.pdf', 'filename')).toBe('r\u00e9sum\u00e9.pdf');
  });

  it.each([
    ['', 'must not be empty'],
    ['  ', 'must not be empty'],
    ['.', 'must not be "."'],
    ['..', 'must not be ".."'],
    ['a/b', 'not a path'],
    ['..\\secret', 'not a path'],
    ['a\nb', 'control characters'],
    ['a\0', 'control characters'],
    ['a\u0085', 'control characters'],
    ['invoice\u202Egpj.exe', 'control characters'],
    ['half \ud83d', 'valid Unicode'],
    ['in\u200Bvoice.pdf', 'the invisible character U+200B'],
    ['\uFEFFinvoice.pdf', 'the invisible character U+FEFF'],
    ['in\u00ADvoice.pdf', 'the invisible character U+00AD'],
    ['\u200D', 'something that can be seen'],
    ['\u200E\u200F\u061C', 'something that can be seen'],
    ['\u2800 \u3164', 'something that can be seen'],
    ['.\u200E.', 'must not be ".."'],
    ['é'.repeat(128), 'at most 255 bytes long in UTF-8, got 256'],
  ])('is refused when it is %j', (name, problem) => {
    const parse = () => parseFilename(name, 'filename');
    expect(parse).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(problem) }));
  });

  it('is named in the refusal by the argument that held it', () => {
    expect(() => parseFilename('', 'input.filename')).toThrow('input.filename must not be empty');
  });
});

describe('A name that came with a file', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['C:\\fakepath\\photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', 'passwd'],
    [' a\r\nb.txt ', 'ab.txt'],
    ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
    ['half \ud83d.txt', 'half \ufffd.txt'],
    ['re\u0301sume\u0301.pdf', 'r\u00e9sum\u00e9.pdf'],
    ['', 'unnamed'],
    ['folder/', 'unnamed'],
    ['..', 'unnamed'],
    ['\0', 'unnamed'],
    ['in\u200Bvo\u00ADice\u2060.pdf\uFEFF', 'invoice.pdf'],
    ['\u200E\u200F\u061C\u200D', 'unnamed'],
    ['\u200B\uFEFF', 'unnamed'],
    ['.\u200E.', 'unnamed'],
    ['\u2764\uFE0F.png', '\u2764\uFE0F.png'],
    ['\u200Eابن.pdf', '\u200Eابن.pdf'],
  ])('%j becomes %j', (raw, name) => {
    expect(cleanFilename(raw)).toBe(name);
  });

  it('is shortened to 255 bytes and keeps its extension', () => {
    const name = cleanFilename(`${'é'.repeat(200)}.jpeg`);
    expect(name).toMatch(/^é+\.jpeg$/);
    expect(bytesOf(name)).toBe(255);
  });

  it('is shortened at a whole character', () => {
    expect(cleanFilename(`${'👍'.repeat(100)}.png`)).toMatch(/^(?:👍)+\.png$/u);
  });

  it('loses what only looks like an extension when that is too long', () => {
    expect(bytesOf(cleanFilename(`a.${'b'.repeat(300)}`))).toBe(255);
  });

  it('is one that may be chosen', () => {
    const odd = ['C:\\x\\..', '\u200E.', '\u200B', '\u2800.', '\u2066a', ' .. ', `${'x'.repeat(300)}.`, 'e\u0301'.repeat(200)];
    expect(odd.map((raw) => parseFilename(cleanFilename(raw), 'filename'))).toHaveLength(odd.length);
  });
});

describe('A numbered name', () => {
  it.each([
    ['photo.jpg', 'photo (2).jpg'],
    ['README', 'README (2)'],
    ['.profile', '.profile (2)'],
    ['a.b.txt', 'a.b (2).txt'],
  ])('of %j is %j', (name, numbered) => {
    expect(numberedFilename(name, 2)).toBe(numbered);
  });

  it('is shortened to 255 bytes and keeps number and extension', () => {
    const name = numberedFilename(`${'x'.repeat(251)}.txt`, 12);
    expect(name).toMatch(/^x+ \(12\)\.txt$/);
    expect(bytesOf(name)).toBe(255);
  });
});
