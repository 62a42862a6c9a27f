import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sniffContentType } from '../../../src/content-type.js';
import { asked, fileSource, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { describeWithLibreOffice } from './libreoffice.js';

const corpus = process.env.PROOFSHEET_CORPUS;
const folder = join(corpus ?? '', 'office');
const files = corpus === undefined ? [] : readdirSync(folder);

interface Known {
  readonly pages: number;
  /** Sheets of a workbook, each of which fills as many pages as the fonts of this machine are wide. */
  readonly orMore?: true;
  /** With a space wherever lines or cells end: where they do, fonts decide. */
  readonly text?: RegExp;
}

/** What is known of a file beyond a picture with something on it, or why it has none. Whatever fonts there are, it holds. */
const outcomes: Record<string, Known | RegExp> = {
  'cell_style_simple.xlsx': { pages: 1, orMore: true, text: /^1 2 3 / },
  'dml-fill.pptx': { pages: 2, text: /autoshape with inherited fill/ },
  'footnotes.docx': { pages: 1, text: /A tachyon walks into a bar\./ },
  'formula_stress_test.xlsx': { pages: 10, orMore: true, text: /^Database DAVERAGE/ },
  'hyperlink_no_rels.xlsx': { pages: 1, text: /^23610$/ },
  'password_2002_128_strong.xls': /^The Excel workbook is encrypted: it needs a password to open$/,
  'ph-populated-placeholders.pptx': { pages: 9, text: /Title Text/ },
  'shp-picture.pptx': { pages: 2 },
  'tables.docx': { pages: 1, text: /^Above Top left/ },
  'tiny-picture.docx': { pages: 1 },
};

const title =
  corpus === undefined ? 'Real office documents (skipped: PROOFSHEET_CORPUS names no folder)' : 'Real office documents';

describeWithLibreOffice(title, () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  (corpus === undefined ? it.skip : it).each(files.length > 0 ? files : ['none'])(
    '%s becomes pages, or is refused for a reason',
    async (name) => {
      const content = createReadStream(join(folder, name));
      const source = fileSource(join(folder, name), await sniffContentType(content, 'upload'), name);
      content.destroy();
      const expected = outcomes[name];
      const outcome = await test.rendering.render(source, thumbnail(320), asked);
      if (expected instanceof RegExp)
        return expect(outcome).toEqual({ state: 'UNSUPPORTED', reason: expect.stringMatching(expected) });
      expect(await isBlank(ready(outcome).bytes)).toBe(false);
      if (!expected) return;
      const { pageCount } = await test.rendering.facts(source, asked);
      if (expected.orMore) expect(pageCount).toBeGreaterThanOrEqual(expected.pages);
      else expect(pageCount).toBe(expected.pages);
      const text = await test.rendering.text(source, 10_000, asked);
      expect(text?.replaceAll(/\s+/g, ' ')).toMatch(expected.text ?? /^$/);
    },
  );

  (corpus === undefined ? it.skip : it)('have nothing left beside them', () => {
    expect(readdirSync(folder)).toEqual(files);
  });
});

async function isBlank(bytes: Buffer): Promise<boolean> {
  const { channels } = await sharp(bytes).stats();
  return channels.every(({ min }) => min === 255);
}
