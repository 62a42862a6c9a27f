import { describe, expect, it } from '@jest/globals';
import { Faces } from '../../../src/rendering/typeset/setting/faces.js';
import { widthOf } from '../../../src/rendering/typeset/setting/line.js';
import { breakLines, cutLine } from '../../../src/rendering/typeset/setting/lines.js';

const faces = new Faces('/nowhere');
const form = { size: 10, width: 300, breaks: 'at words' } as const;

/** What stands on each line from left to right; letters from right to left are in <>. */
function set(text: string, width: number = form.width) {
  return breakLines([{ text }], faces, { ...form, width }).map((line) =>
    line.map(({ text, isRightToLeft }) => (isRightToLeft ? `<${text}>` : text)).join('|'),
  );
}

describe('A line of text', () => {
  it.each([
    ['of Latin letters is as it is written', 'one (two) 3', 'one (two) 3'],
    ['of Hebrew begins at the right', 'שלום עולם', '|<שלום עולם>'],
    ['of Arabic is one run, so that its letters join', 'مرحبا بالعالم', '|<مرحبا بالعالم>'],
    ['of Hebrew has its numbers and foreign words from left to right', 'עמוד 12 מתוך PDF', '|PDF|< מתוך >|12|<עמוד >'],
    ['of Latin letters has Hebrew words in it', 'file שלום עולם sent', 'file |<שלום עולם>| sent'],
    ['of Hebrew has its brackets turned round', '(שלום)', '|<)שלום(>'],
    ['of Hebrew has characters of two halves whole', 'שלום 😀 כן!', '|< כן!>|😀|<שלום >'],
    ['of Hebrew has signs alone turned round as well', 'א 1 > 2', '|2| < |1|<א >'],
  ])('%s', (_, text, expected) => {
    expect(set(text)).toEqual([expected]);
  });

  it('of Hebrew ends at the right edge', () => {
    const [line = []] = breakLines([{ text: 'שלום' }], faces, form);
    expect(widthOf(line)).toBeCloseTo(form.width);
  });

  it('has the direction of its paragraph, not of its first word', () => {
    expect(set('שלום לכל English', 50).slice(-1)).toEqual(['|English']);
    expect(set('one two שלום', 45).slice(-1)).toEqual(['<שלום>']);
    expect(set('שלום\nEnglish')).toEqual(['|<שלום>', 'English']);
  });

  it('that is cut has its ellipsis where reading ends', () => {
    const [first, second] = cutLine('שלום עולם וכל מי שבו', faces, { size: 10, width: 60 });
    expect([first?.text, second?.text]).toEqual(['', expect.stringMatching(/^שלום.*…$/)]);
    expect(cutLine('as long as it can be', faces, { size: 10, width: 60 }).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^as long.*…$/),
    ]);
  });
});
