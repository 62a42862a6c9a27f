import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { officeSettings } from '../../../src/rendering/office/settings.js';
import { asked, openTestRendering, ready, request, type TestRendering } from '../harness.js';
import { describeWithLibreOffice } from './libreoffice.js';
import { docx, encryptedOdt, odt, pptx, rtf, types, xlsx, zip } from './office-files.js';

const everything = 10_000;
const row = (text: string) => `<row><c t="inlineStr"><is><t>${text}</t></is></c></row>`;

/** The start of a workbook's stream: its first record, one that forbids writing, and one that says how it is encrypted. */
const encryptedWorkbook = Buffer.from(`0908100000060500${'00'.repeat(12)}860000002f00ba00`, 'hex');

describeWithLibreOffice('An office document', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering({ settings: { office: { maxPages: 3 } } });
  });

  afterAll(() => test.close());

  const textOf = async (bytes: Buffer | string, type: string) =>
    test.rendering.text(await test.toSource(bytes, type), everything, request());

  it.each([
    ['Word', types.docx, docx(['Offer from Word'])],
    ['Excel', types.xlsx, xlsx(row('Offer from Excel'))],
    ['PowerPoint', types.pptx, pptx([{ text: 'Offer from PowerPoint' }])],
    ['OpenDocument', types.odt, odt('<text:p>Offer from OpenDocument</text:p>')],
    ['RTF', types.rtf, rtf('Offer from RTF')],
  ])('of %s has a thumbnail, pages, a page count and its text', async (name, type, bytes) => {
    const source = await test.toSource(bytes, type);
    const picture = ready(await test.rendering.render(source, { kind: 'thumbnail', size: 320, format: 'PNG' }, asked));
    expect(Math.max(picture.width, picture.height)).toBe(320);
    expect(await hasInk(picture.bytes)).toBe(true);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 1, vector: true });
    const page = ready(await test.rendering.render(source, { kind: 'page', page: 1, width: 640, format: 'JPEG' }, asked));
    expect(page.width).toBe(640);
    expect(await test.rendering.text(source, everything, asked)).toBe(`Offer from ${name}`);
  });

  it('is drawn whichever office program its system takes it for: RTF named .doc is common', async () => {
    expect(await textOf(rtf('I am RTF'), 'application/msword')).toBe('I am RTF');
  });

  it('has the pages that were written, each with its own picture', async () => {
    const source = await test.toSource(docx(['first', 'second']), types.docx);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 2 });
    expect(await test.rendering.text(source, everything, asked)).toBe('first\n\nsecond');
    await expect(
      test.rendering.render(source, { kind: 'page', page: 3, width: 320, format: 'PNG' }, asked),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Page 3 does not exist: the document has 2 pages' });
  });

  it('of more pages than are drawn says how many it has', async () => {
    const source = await test.toSource(docx(['1', '2', '3', '4', '5']), types.docx);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 5 });
    ready(await test.rendering.render(source, { kind: 'page', page: 3, width: 320, format: 'PNG' }, asked));
    expect(await test.rendering.render(source, { kind: 'page', page: 4, width: 320, format: 'PNG' }, asked)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'Only the first 3 of 5 pages are drawn',
    });
  });

  it('is one of many at once, and each has its own pages', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const texts = await Promise.all(
      numbers.map((number) =>
        number % 2 === 0
          ? textOf(docx([`document ${number}`, `page two of ${number}`]), types.docx)
          : textOf(xlsx(row(`workbook ${number}`)), types.xlsx),
      ),
    );
    expect(texts).toEqual(
      numbers.map((number) => (number % 2 === 0 ? `document ${number}\n\npage two of ${number}` : `workbook ${number}`)),
    );
    expect(test.rendering.stats()).toMatchObject({ officeWorkers: 1, officeBusy: 0, officeCrashes: 0 });
  });

  describe('of old', () => {
    let folder: string;

    /** Made from a document of today by LibreOffice itself. */
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'proofsheet-old-'));
      await writeFile(join(folder, 'letter.docx'), docx(['Offer of old']));
      await writeFile(join(folder, 'table.xlsx'), xlsx(row('Offer of old')));
      await convertIn(folder, 'doc', 'letter.docx');
      await convertIn(folder, 'xls', 'table.xlsx');
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each([
      ['Word', 'letter.doc', 'application/msword'],
      ['Excel', 'table.xls', 'application/vnd.ms-excel'],
    ])('%s is drawn in its binary form', async (_, name, type) => {
      expect(await textOf(await readFile(join(folder, name)), type)).toBe('Offer of old');
    });

    it('fails when it is cut off half-way', async () => {
      const whole = await readFile(join(folder, 'letter.doc'));
      expect(await test.draw(half(whole), 'application/msword')).toMatchObject({ state: 'FAILED' });
    });
  });

  it.each([
    ['empty', Buffer.alloc(0), 'FAILED', 'The file is empty'],
    ['a text', Buffer.from('Dear Sir or Madam'), 'UNSUPPORTED', 'The file is said to be a Word document, but it is not one'],
    ['another zip file', zip({ 'a.txt': 'a' }), 'UNSUPPORTED', 'The file is said to be a Word document, but it is not one'],
    ['cut off half-way', half(docx(['one'])), 'FAILED', 'The Word document is damaged or incomplete'],
    [
      'without its parts',
      zip({ '[Content_Types].xml': '<Types/>' }),
      'FAILED',
      'The file is a damaged Word document, or none at all',
    ],
    ['of XML that is cut off', brokenDocx(), 'FAILED', 'The Word document is damaged or incomplete'],
    ['a zip bomb', zip({ '[Content_Types].xml': '', ...bomb() }), 'UNSUPPORTED', /holds more than 1024 MiB when it is unpacked/],
    [
      'of too many parts',
      zip(manyParts()),
      'UNSUPPORTED',
      'The Word document holds more than 10000 files inside, which is the limit',
    ],
  ] as const)('that is %s is refused in plain words', async (_, bytes, state, reason) => {
    const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason);
    expect(await test.draw(bytes, types.docx)).toEqual({ state, reason: expected });
  });

  it.each([
    ['OpenDocument', types.odt, encryptedOdt()],
    ['Word', types.docx, compoundFile(Buffer.from('EncryptedPackage', 'utf16le'))],
    ['old Excel', 'application/vnd.ms-excel', compoundFile(encryptedWorkbook)],
  ])('that is encrypted is refused for that reason: %s', async (_, type, bytes) => {
    expect(await test.draw(bytes, type)).toEqual({
      state: 'UNSUPPORTED',
      reason: expect.stringMatching(/^The .* is encrypted: it needs a password to open$/),
    });
  });

  it('that is refused does not keep the next from being drawn', async () => {
    expect((await test.draw(brokenDocx(), types.docx)).state).toBe('FAILED');
    expect(await textOf(docx(['still here']), types.docx)).toBe('still here');
  });
});

describe('Without LibreOffice an office document', () => {
  it('is unsupported for that reason, and what has no need of it is drawn', async () => {
    const test = await openTestRendering({ settings: { office: { programFolder: '/nowhere' } } });
    expect(await test.draw(docx(['one']), types.docx)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'Drawing office documents needs LibreOffice, which is not installed on the server',
    });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    expect((await test.draw(svg, 'image/svg+xml')).state).toBe('READY');
    await test.close();
  });

  it('is unsupported where it is there and does not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'proofsheet-no-office-'));
    await symlink('/bin/false', join(folder, 'soffice.bin'));
    const test = await openTestRendering({ settings: { office: { programFolder: folder, python: '/bin/false' } } });
    expect(await test.draw(docx(['one']), types.docx)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'Drawing office documents needs LibreOffice, which does not start on the server',
    });
    await test.close();
    await rm(folder, { recursive: true });
  });
});

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}

function brokenDocx(): Buffer {
  return zip({
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${types.docx}.main+xml"/></Types>`,
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>',
  });
}

/** Of Microsoft's older kind, with this in its first sector. */
function compoundFile(content: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write('d0cf11e0a1b11ae1', 'hex');
  return Buffer.concat([head, content, Buffer.alloc(2048)]);
}

function manyParts(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`word/${index}`, '']));
}

/** Parts of 64 MiB each that are packed a thousand times smaller. */
function bomb(): Record<string, Buffer> {
  const zeros = Buffer.alloc(64 * 1024 ** 2);
  return Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`word/media/${index}.bin`, zeros]));
}

async function hasInk(bytes: Buffer): Promise<boolean> {
  const { channels } = await sharp(bytes).stats();
  return channels.some(({ min }) => min < 128);
}

async function convertIn(folder: string, format: string, name: string): Promise<void> {
  const { programFolder } = officeSettings.parse({});
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  await promisify(execFile)(join(programFolder, 'soffice'), [
    profile,
    '--headless',
    '--convert-to',
    format,
    '--outdir',
    folder,
    join(folder, name),
  ]);
  expect(await readdir(folder)).toContain(name.replace(/\..*/, `.${format}`));
}
