import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContentError } from '../../../src/errors.js';
import { openTypesetter, type Typesetter } from './harness.js';

let test: Typesetter;

beforeAll(async () => {
  test = await openTypesetter({ maxPages: 3, maxChars: 20_000 });
});

afterAll(() => test.close());

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('A text on pages', () => {
  it('stands there line by line', async () => {
    const { text, pages, pageCount } = await test.set('first\n\n  indented\nlast\n', 'text/plain');
    expect(text.split(/\r?\n/).map((line) => line.trim())).toEqual(expect.arrayContaining(['first', 'indented', 'last']));
    expect([pages, pageCount]).toEqual([1, null]);
  });

  it('has only its first pages set, and all of them counted', async () => {
    const { pages, pageCount, text } = await test.set(lines(400), 'text/plain');
    expect([pages, pageCount]).toEqual([3, 8]);
    expect(text).toContain('line 1');
    expect(text).not.toContain('line 400');
  });

  it('that is longer than what is read says so', async () => {
    const { text } = await test.set('word '.repeat(10), 'text/plain');
    expect(text).not.toContain('Only the beginning');
    const long = await openTypesetter({ maxPages: 100, maxChars: 20_000 });
    expect((await long.set('word '.repeat(5_000), 'text/plain')).text).toContain('Only the beginning of the file is shown here.');
    await long.close();
  });

  it('is written in Latin, Greek, Cyrillic and signs', async () => {
    const written = 'Zażółć Ελλάδα Москва “quotes” 12 € → ∑';
    expect((await test.set(written, 'text/plain')).text.trim()).toBe(written);
  });

  it.each([
    ['letters that no font has', '\u{12345} \u{1f9ff} \u{10fffd}'],
    ['halves of characters', 'a\ud83d b \udc00'],
    ['control characters', '\u0007\u001b[31mred\u001b[0m\u0000\u202e'],
    ['a line of a million letters', 'x'.repeat(1_000_000)],
    ['a line of a hundred thousand dots', '.'.repeat(100_000)],
    ['nothing but spaces', ' \n\t\n '],
    ['nothing but line feeds', '\n'.repeat(100_000)],
  ])('is set whatever it holds: %s', async (_, text) => {
    const { pages } = await test.set(text, 'text/plain');
    expect(pages).toBeGreaterThanOrEqual(1);
  });

  it('is refused where there is none', async () => {
    await expect(test.set('', 'text/plain')).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The file is empty',
    });
    expect(await test.read('', 'text/plain')).toBe('');
  });

  it('keeps markup as it was written where it is searched', async () => {
    expect(await test.read('# Title\n\n**bold**', 'text/markdown')).toBe('# Title\n\n**bold**');
    expect(await test.read('<p>Hello</p>', 'text/html', 5)).toBe('<p>He');
  });
});

describe('Markdown on pages', () => {
  it('shows headings, lists, tables and quotes instead of their signs', async () => {
    const source =
      '---\ntitle: hidden\n---\n# The title\n\nA **bold** _word_ and `code` &amp; [link](https://example.com).\n\n- one\n- two\n  1. inner\n\n' +
      '> a quote\n\n| name | size |\n| --- | ---: |\n| `box` | 12 |\n\n```js\nlet x = 1;\n```\n\n<div>markup</div>\n\n- [x] done\n';
    const { text } = await test.set(source, 'text/markdown');
    for (const words of [
      'The title',
      'A bold word and code & link.',
      '•',
      'inner',
      'a quote',
      'name',
      'box',
      'let x = 1;',
      'markup',
      '☑',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/hidden|\*\*|```|\| ---|<div>|https/);
  });

  it('has tables whose cells show all their words, however long', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    const { text } = await test.set(`| key | meaning |\n| --- | --- |\n| a | ${words.join(' ')} |\n`, 'text/markdown');
    for (const word of words) expect(text).toContain(word);
  });

  it.each([
    ['quotes in quotes', '> '.repeat(2_000)],
    ['lists in lists', Array.from({ length: 200 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n')],
    ['brackets', '['.repeat(5_000)],
    ['stars', '*a '.repeat(5_000)],
  ])('ends with pages or a plain refusal for %s without end', async (_, source) => {
    const outcome = await test.set(source, 'text/markdown').catch((error: ContentError) => error.code);
    if (typeof outcome === 'string') expect(outcome).toMatch(/^PROVIDER_(?:ERROR|TIMEOUT)$/);
    else expect(outcome.pages).toBeGreaterThanOrEqual(1);
  });
});

describe('Code on pages', () => {
  it('has numbered lines', async () => {
    const { text } = await test.set('def hello():\n    return "world"\n', 'text/x-python');
    expect(text).toMatch(/1\s+def hello\(\):/);
    expect(text).toMatch(/2\s+return "world"/);
  });

  it('breaks JSON that was written in one line', async () => {
    const { text, pages } = await test.set(
      JSON.stringify({ list: Array.from({ length: 50 }, (_, at) => ({ at })) }),
      'application/json',
    );
    expect(text).toContain('"at": 0');
    expect(pages).toBeGreaterThan(1);
  });

  it('is not coloured where that would take long, and shown nevertheless', async () => {
    const { text } = await test.set(`var x = "${'a("'.repeat(6_000)}`, 'text/javascript');
    expect(text).toContain('var x');
  });
});

describe('A table on pages', () => {
  it('has its titles on every page, and lies across', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => `${index};"Müller; ${index}";${index}.50`).join('\n');
    const { text, pages, width, height } = await test.set(`number;customer;price\n${rows}`, 'text/csv');
    expect(text.match(/customer/g)).toHaveLength(pages);
    expect(text).toContain('Müller; 59');
    expect(width).toBeGreaterThan(height);
  });

  it('is read with tabs, with the delimiter that it names, and with rows of different length', async () => {
    expect((await test.set('a\tb c\n1\t2', 'text/tab-separated-values')).text).toMatch(/b c/);
    expect((await test.set('sep=|\na|b\n1|2', 'text/csv')).text).not.toContain('|');
    expect((await test.set('a,b\n1\n1,2,3\n', 'text/csv')).text).toContain('3');
  });

  it('says how many columns have no room', async () => {
    const row = Array.from({ length: 80 }, (_, index) => `c${index}`).join(',');
    expect((await test.set(`${row}\n${row}`, 'text/csv')).text).toContain('The first 12 of 80 columns');
  });

  it('counts the rows of pages that are not set', async () => {
    const { pages, pageCount } = await test.set(`n\n${'1\n'.repeat(2_000)}`, 'text/csv');
    expect(pages).toBe(3);
    expect(pageCount).toBeGreaterThan(50);
  });
});
