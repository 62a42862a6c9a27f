import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createPdfRenderer, type PdfRenderer, pdfSettings } from '../../../src/rendering/pdf/pdf-renderer.js';
import type { RenderedImage, SourceFile } from '../../../src/rendering/renderer.js';
import type { ImageFormat } from '../../../src/rendition.js';
import { writeEncryptedPdf } from './encrypt-pdf.js';
import { stream, writePdf } from './write-pdf.js';

const never = new AbortController().signal;
const leftHalfRed = (width: number, height: number) => `1 0 0 rg 0 0 ${width / 2} ${height} re f`;
const red = { r: 255, g: 0, b: 0 };
const white = { r: 255, g: 255, b: 255 };

let folder: string;
let renderer: PdfRenderer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pdf-renderer-'));
  renderer = createPdfRenderer(pdfSettings.parse({}));
});

afterAll(async () => {
  await renderer.close();
  await rm(folder, { recursive: true });
});

describe('a PDF of three pages', () => {
  const threePages = () =>
    source(
      writePdf([1, 2, 3].map((page) => ({ width: 200, height: 100, content: `BT /F 24 Tf 20 40 Td (Page ${page}) Tj ET` }))),
    );

  it('states the size of its first page in points and its number of pages', async () => {
    expect(await renderer.facts(await threePages(), never)).toEqual({ width: 200, height: 100, vector: true, pageCount: 3 });
  });

  it.each(['JPEG', 'PNG', 'WEBP', 'AVIF'] as const)('becomes a thumbnail in %s of its first page', async (format) => {
    const image = await renderer.thumbnail(await threePages(), { kind: 'thumbnail', size: 320, format }, never);
    expect(image).toMatchObject({ format, width: 320, height: 160 });
    expect(await shapeOf(image)).toEqual({ format: format === 'AVIF' ? 'heif' : format.toLowerCase(), width: 320, height: 160 });
  });

  it('draws each page as wide as asked', async () => {
    const image = await drawPage(await threePages(), 2, 640);
    expect(image).toMatchObject({ width: 640, height: 320 });
  });

  it('opens once for all of its pages', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ workers: 1 }));
    const document = await threePages();
    await Promise.all([1, 2, 3].map((page) => own.page(document, { kind: 'page', page, width: 64, format: 'PNG' }, never)));
    expect(own.stats().opened).toBe(1);
    await own.close();
  });

  it('has no fourth page, and says how many it has', async () => {
    await expect(drawPage(await threePages(), 4, 64)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Page 4 does not exist: the document has 3 pages',
    });
  });

  it('gives its text page by page', async () => {
    expect(await renderer.text(await threePages(), 1000, never)).toBe('Page 1\n\nPage 2\n\nPage 3');
  });

  it('gives no more of its text than asked', async () => {
    expect(await renderer.text(await threePages(), 8, never)).toBe('Page 1\n\n');
  });

  it('is opened anew when the file at its path has changed', async () => {
    const before = await threePages();
    await renderer.facts(before, never);
    await writeFile(before.path, writePdf([{ width: 50, height: 60 }]));
    expect(await renderer.facts(before, never)).toMatchObject({ width: 50, height: 60, pageCount: 1 });
  });
});

describe('the shape of a page', () => {
  it('follows its rotation', async () => {
    const image = await drawPage(
      await source(writePdf([{ width: 200, height: 100, rotate: 90, content: leftHalfRed(200, 100) }])),
      1,
      64,
    );
    expect(image).toMatchObject({ width: 64, height: 128 });
    expect(await pixel(image, 32, 20)).toEqual(red);
    expect(await pixel(image, 32, 100)).toEqual(white);
  });

  it('may be 10,000 inches a side', async () => {
    const side = 720_000;
    const image = await drawPage(
      await source(writePdf([{ width: side, height: side, content: leftHalfRed(side, side) }])),
      1,
      128,
    );
    expect(image).toMatchObject({ width: 128, height: 128 });
    expect(await pixel(image, 20, 64)).toEqual(red);
  });

  it('may be a thousand times as high as wide: such a page is drawn narrower than asked', async () => {
    const image = await drawPage(
      await source(writePdf([{ width: 10, height: 10_000, content: leftHalfRed(10, 10_000) }])),
      1,
      2048,
    );
    expect(image).toMatchObject({ width: 8, height: 8192 });
    expect(await pixel(image, 1, 4000)).toEqual(red);
  });

  it('may be a thousand times as wide as high', async () => {
    expect(await drawPage(await source(writePdf([{ width: 10_000, height: 10 }])), 1, 256)).toMatchObject({
      width: 256,
      height: 1,
    });
  });

  it('is a letter sheet where the document gives it no area', async () => {
    expect(await renderer.facts(await source(writePdf([{ width: 0, height: 0 }])), never)).toMatchObject({
      width: 612,
      height: 792,
    });
  });
});

describe('a PDF that cannot be drawn', () => {
  it.each([
    ['needs a password', writeEncryptedPdf('secret'), 'UNSUPPORTED_MEDIA_TYPE', 'The PDF needs a password to open'],
    ['is empty', Buffer.alloc(0), 'PROVIDER_ERROR', 'The file is empty'],
    ['is something else', Buffer.from('Dear all, …'), 'PROVIDER_ERROR', 'The file is not a PDF'],
    ['is cut short', letterPdf().subarray(0, 200), 'PROVIDER_ERROR', 'The PDF is damaged: no pages could be found in it'],
    ['has no pages', writePdf([]), 'PROVIDER_ERROR', 'The PDF is damaged: it has no pages'],
    ['lost its page', withoutItsPage(), 'PROVIDER_ERROR', 'The PDF is damaged: page 1 cannot be read'],
    ['draws itself without end', endlessPdf(), 'UNSUPPORTED_MEDIA_TYPE', 'The PDF needs more than 64 MiB of memory to be drawn'],
    ['lacks a font for its letters', polishPdf(), 'UNSUPPORTED_MEDIA_TYPE', expect.stringContaining('its font "SomeSans"')],
    ['lacks a font for its script', japanesePdf(), 'UNSUPPORTED_MEDIA_TYPE', expect.stringContaining('its font "MS-Gothic"')],
  ])('says so when it %s', async (_, bytes, code, message) => {
    const own = createPdfRenderer(pdfSettings.parse({ maxMemoryBytes: 64 * 1024 ** 2, fontFolder: join(folder, 'no-fonts') }));
    const document = await source(bytes);
    await expect(own.thumbnail(document, { kind: 'thumbnail', size: 64, format: 'PNG' }, never)).rejects.toMatchObject({
      code,
      message,
    });
    await own.close();
  });

  it('is refused unread when it is too large', async () => {
    const large = {
      path: join(folder, 'absent.pdf'),
      contentType: 'application/pdf',
      sizeBytes: 2 * 1024 ** 3,
      contentKey: 'pdf',
    };
    await expect(renderer.facts(large, never)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The PDF has 2048 MiB, and only those up to 1024 MiB are drawn',
    });
  });

  it('leaves the renderer fit for the next one', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ workers: 1, maxMemoryBytes: 64 * 1024 ** 2 }));
    await expect(
      own.thumbnail(await source(endlessPdf()), { kind: 'thumbnail', size: 64, format: 'PNG' }, never),
    ).rejects.toThrow();
    expect(await own.facts(await source(letterPdf()), never)).toMatchObject({ pageCount: 1 });
    await own.close();
  });
});

describe('a PDF that other readers would open', () => {
  it('opens when its password is empty', async () => {
    const image = await drawPage(await source(writeEncryptedPdf('')), 1, 64);
    expect(await pixel(image, 32, 32)).toEqual(red);
  });

  it('opens when its table of offsets is lost', async () => {
    const broken = letterPdf()
      .toString('latin1')
      .replace(/startxref\n\d+/, 'startxref\n99999')
      .replace('xref\n0', 'xxxx\n0');
    expect(await renderer.facts(await source(Buffer.from(broken, 'latin1')), never)).toMatchObject({ pageCount: 1 });
  });
});

const fontFolder = '/usr/share/fonts/opentype/ipafont-gothic';
(existsSync(fontFolder) ? describe : describe.skip)('a font for a script (skipped without fonts-ipafont-gothic)', () => {
  it('is taken from the machine when the document only names it', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ fontFolder }));
    const image = await own.thumbnail(await source(japanesePdf()), { kind: 'thumbnail', size: 256, format: 'PNG' }, never);
    await own.close();
    const { channels } = await sharp(image.bytes).stats();
    expect(channels[0]?.min).toBeLessThan(64);
  });
});

describe('filled-in fields and notes', () => {
  it('are drawn as they appear on the page', async () => {
    const appearance = stream('1 0 0 rg 0 0 100 100 re f', '/Type /XObject /Subtype /Form /BBox [0 0 100 100]');
    const annotation = (more: string) => `<< /Type /Annot /Rect [0 0 100 100] /F 4 /AP << /N 4 0 R >> ${more} >>`;
    const page = (annotations: string) => writePdf([{ width: 200, height: 100 }], [appearance, annotations]).toString('latin1');
    for (const kind of ['/Subtype /Stamp', '/Subtype /Widget /FT /Btn /T (field) /Ff 65536']) {
      const bytes = page(annotation(kind))
        .replace('/Pages 2 0 R >>', '/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>')
        .replace('/Rotate 0', '/Annots[5 0 R]/Rotate 0');
      const image = await drawPage(await source(Buffer.from(bytes, 'latin1')), 1, 64);
      expect(await pixel(image, 16, 16)).toEqual(red);
      expect(await pixel(image, 48, 16)).toEqual(white);
    }
  });
});

describe('work that nobody should wait for', () => {
  it('is given up at its deadline, and the next job is done by a new thread', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ workers: 1, timeoutMs: 1 }));
    await expect(own.facts(await source(letterPdf()), never)).rejects.toMatchObject({
      code: 'PROVIDER_TIMEOUT',
      message: 'The PDF takes too long to read or draw; the limit is 0.001 s',
      details: { retryable: true },
    });
    expect(own.stats()).toMatchObject({ timeouts: 1, workers: 0 });
    await own.close();
  });

  it('rejects with the reason of whoever left, at once', async () => {
    const leaving = new AbortController();
    const outcome = renderer.thumbnail(await source(letterPdf()), { kind: 'thumbnail', size: 64, format: 'PNG' }, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(outcome).rejects.toThrow('gone');
  });

  it('ends when everybody has left and it runs on', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ workers: 1 }));
    const leaving = new AbortController();
    const outcome = own.thumbnail(await source(slowPdf()), { kind: 'thumbnail', size: 64, format: 'PNG' }, leaving.signal);
    while (own.stats().busy === 0) await setTimeout(10);
    leaving.abort(new Error('gone'));
    await expect(outcome).rejects.toThrow('gone');
    while (own.stats().abandoned === 0) await setTimeout(10);
    expect(own.stats()).toMatchObject({ abandoned: 1, workers: 0 });
    await own.close();
  });

  it('does not disturb the work of others when its document breaks its thread', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ workers: 2, maxMemoryBytes: 64 * 1024 ** 2 }));
    const spec = { kind: 'thumbnail', size: 64, format: 'PNG' } as const;
    const sources = await Promise.all([endlessPdf(), ...Array.from({ length: 6 }, letterPdf)].map((bytes) => source(bytes)));
    const outcomes = await Promise.allSettled(sources.map((document) => own.thumbnail(document, spec, never)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 6 }, () => 'fulfilled')]);
    await own.close();
  });

  it('leaves no thread behind when nothing was asked for a while', async () => {
    const own = createPdfRenderer(pdfSettings.parse({ idleMs: 0 }));
    await own.facts(await source(letterPdf()), never);
    while (own.stats().workers > 0) await setTimeout(10);
    expect(own.stats()).toMatchObject({ workers: 0, memoryBytes: 0 });
    await own.close();
  });

  it('is refused once the renderer is closed', async () => {
    const own = createPdfRenderer(pdfSettings.parse({}));
    await own.close();
    await expect(own.facts(await source(letterPdf()), never)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });
});

let sourceCount = 0;

async function source(bytes: Buffer): Promise<SourceFile> {
  sourceCount += 1;
  const path = join(folder, `${sourceCount}.pdf`);
  await writeFile(path, bytes);
  return { path, contentType: 'application/pdf', sizeBytes: bytes.length, contentKey: 'pdf' };
}

function drawPage(document: SourceFile, page: number, width: 64 | 128 | 256 | 640 | 2048): Promise<RenderedImage> {
  return renderer.page(document, { kind: 'page', page, width, format: 'PNG' satisfies ImageFormat }, never);
}

async function shapeOf({ bytes }: RenderedImage) {
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
}

async function pixel({ bytes }: RenderedImage, left: number, top: number) {
  const [r, g, b] = await sharp(bytes).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer();
  return { r, g, b };
}

function letterPdf(): Buffer {
  return writePdf([{ width: 612, height: 792, content: 'BT /F 24 Tf 72 700 Td (Dear all) Tj ET' }]);
}

function withoutItsPage(): Buffer {
  return Buffer.from(letterPdf().toString('latin1').replace('/Kids [4 0 R]', '/Kids [9 0 R]'), 'latin1');
}

/** A form that draws itself twice, to any depth. */
function endlessPdf(): Buffer {
  const resources = '/XObject << /X 4 0 R >>';
  const form = stream('/X Do /X Do', `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << ${resources} >>`);
  return writePdf([{ width: 100, height: 100, content: '/X Do', resources }], [form]);
}

/** A picture of 60,000 × 60,000 dots, which takes seconds to shrink. */
function slowPdf(): Buffer {
  const side = 60_000;
  const dots = deflateSync(Buffer.alloc((side / 8) * 2000));
  const entries = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /BitsPerComponent 1 /ColorSpace /DeviceGray`;
  const picture = stream(dots, `${entries} /Filter /FlateDecode`);
  return writePdf(
    [{ width: 100, height: 100, content: '100 0 0 100 0 0 cm /X Do', resources: '/XObject << /X 4 0 R >>' }],
    [picture],
  );
}

/** Text in a font that is only named. */
function japanesePdf(): Buffer {
  const font = '<< /Type /Font /Subtype /Type0 /BaseFont /MS-Gothic /Encoding /UniJIS-UTF16-H /DescendantFonts [5 0 R] >>';
  const info = '/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 6 0 R';
  const descendant = `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Gothic ${info} >>`;
  const descriptor =
    '<< /Type /FontDescriptor /FontName /MS-Gothic /Flags 4 /ItalicAngle 0 /Ascent 859 /Descent -140 /StemV 80 >>';
  const content = 'BT /J 24 Tf 20 40 Td <304230443046> Tj ET';
  const page = { width: 200, height: 100, content, resources: '/Font << /J 4 0 R >>' };
  return Buffer.from(
    writePdf([page], [font, descendant, descriptor]).toString('latin1').replace('/Font << /F 3 0 R >> ', ''),
    'latin1',
  );
}

/** Two letters of four are beyond Western Europe's. */
function polishPdf(): Buffer {
  const encoding = '<< /Type /Encoding /Differences [65 /Lslash /eogonek /Zcaron /zdotaccent] >>';
  const font = `<< /Type /Font /Subtype /TrueType /BaseFont /SomeSans /Encoding ${encoding} >>`;
  return writePdf([{ width: 200, height: 100, content: 'BT /P 24 Tf 20 40 Td (ABCD) Tj ET', fonts: '/P 4 0 R' }], [font]);
}
