import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../../src/errors.js';
import type { Conversion, PdfOrder } from '../../../src/rendering/converted/conversion.js';
import { ConvertedFiles } from '../../../src/rendering/converted/converted-files.js';
import { createConvertedRenderer } from '../../../src/rendering/converted/converted-renderer.js';
import { convertedSettings } from '../../../src/rendering/converted/settings.js';
import { createPdfRenderer, type PdfRenderer, pdfSettings } from '../../../src/rendering/pdf/pdf-renderer.js';
import type { DocumentRenderer, SourceFile } from '../../../src/rendering/renderer.js';
import { pipelineVersion } from '../../../src/rendering/spec-key.js';
import { asked, Gate, openTestRendering, ready, thumbnail } from '../harness.js';
import { writePdf } from '../pdf/write-pdf.js';

const never = new AbortController().signal;
const page1 = { kind: 'page', page: 1, width: 64, format: 'PNG' } as const;

const fileName = (contentKey: string) => `lines@${pipelineVersion}-${contentKey}.pdf`;

/** A source is the lines of a text; each becomes a page of 200 × 100 points. `padding` makes the PDF larger. */
class LinesConversion implements Conversion {
  readonly name = 'lines';
  readonly contentTypes = ['text/x-lines'];
  readonly queue = 'document';
  readonly judgement = '';
  makesFirstPageSooner = () => false;
  asked = 0;
  padding = 0;
  /** As convert answers. */
  pageCount: number | null = null;
  before: (signal: AbortSignal) => Promise<void> = async () => {};

  async convert(source: SourceFile, order: PdfOrder, signal: AbortSignal): Promise<number | null> {
    this.asked += 1;
    await writeFile(order.path, 'half of a PDF');
    await this.before(signal);
    const lines = (await readFile(source.path, 'utf8')).split('\n');
    const drawn = order.pages === 'first' ? lines.slice(0, 1) : lines;
    const pages = drawn.map((line) => ({ width: 200, height: 100, content: `BT /F 24 Tf 20 40 Td (${line}) Tj ET` }));
    await writeFile(order.path, Buffer.concat([writePdf(pages), Buffer.alloc(this.padding, '\n')]));
    return drawn.length < lines.length ? lines.length : this.pageCount;
  }

  async close(): Promise<void> {}
}

describe('What is drawn by way of PDF', () => {
  let pdf: PdfRenderer;
  let directory: string;
  let conversion: LinesConversion;
  let renderer: DocumentRenderer;

  const open = async (settings: object = {}) => {
    const files = await ConvertedFiles.open(join(directory, 'converted'), convertedSettings.parse(settings));
    renderer = createConvertedRenderer(conversion, pdf, files);
  };
  const kept = async () => (await readdir(join(directory, 'converted'))).toSorted();
  const source = async (text: string, contentKey = 'key'): Promise<SourceFile> => {
    const path = join(directory, contentKey);
    await writeFile(path, text);
    return { path, contentType: 'text/x-lines', sizeBytes: text.length, contentKey };
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proofsheet-converted-'));
    pdf = createPdfRenderer(pdfSettings.parse({}));
    conversion = new LinesConversion();
    await open();
  });

  afterEach(async () => {
    await pdf.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is converted once for its facts, pictures, pages and text', async () => {
    const document = await source('one\ntwo');
    expect(await renderer.facts(document, never)).toEqual({ width: 200, height: 100, vector: true, pageCount: 2 });
    expect(await renderer.thumbnail(document, thumbnail(128), never)).toMatchObject({ width: 128, height: 64 });
    expect(await renderer.page(document, { ...page1, page: 2 }, never)).toMatchObject({ width: 64, height: 32 });
    expect(await renderer.text(document, 100, never)).toBe('one\n\ntwo');
    expect(conversion.asked).toBe(1);
    expect(renderer.stats?.()).toMatchObject({ files: 1, converted: 1, reused: 3 });
  });

  it('has no page beyond its last', async () => {
    await expect(renderer.page(await source('one'), { ...page1, page: 2 }, never)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Page 2 does not exist: the document has 1 page',
    });
  });

  it('is one conversion for equal questions at once', async () => {
    const gate = new Gate();
    conversion.before = () => gate.opened;
    const document = await source('one');
    const answers = Promise.all([renderer.facts(document, never), renderer.text(document, 10, never)]);
    gate.open();
    expect(await answers).toMatchObject([{ pageCount: 1 }, 'one']);
    expect(conversion.asked).toBe(1);
  });

  it('is given up when the last of those who wait leaves, and leaves nothing behind', async () => {
    const leaving = new AbortController();
    const gate = new Gate();
    let ended = false;
    conversion.before = async (signal) => {
      gate.open();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended = true;
    };
    const answer = renderer.facts(await source('one'), leaving.signal);
    await gate.opened;
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    expect(ended).toBe(true);
    conversion.before = async () => {};
    expect(await renderer.facts(await source('one'), never)).toMatchObject({ pageCount: 1 });
    expect(await kept()).toHaveLength(1);
  });

  it('fails as its conversion does, and leaves nothing behind', async () => {
    conversion.before = async () => {
      throw new ContentError('UNSUPPORTED_MEDIA_TYPE', 'These lines are locked');
    };
    await expect(renderer.facts(await source('one'), never)).rejects.toMatchObject({ message: 'These lines are locked' });
    expect(await kept()).toEqual([]);
  });

  it('is refused where its PDF would be too large', async () => {
    await open({ maxFileBytes: 1024 ** 2 });
    conversion.padding = 1024 ** 2;
    await expect(renderer.facts(await source('one'), never)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Its pages take more than 1 MiB, which is the limit',
    });
    expect(await kept()).toEqual([]);
  });

  it('gives the text that the conversion reads itself, without a PDF', async () => {
    const own = Object.assign(conversion, {
      text: async (_source: SourceFile, maxChars: number) => 'own words'.slice(0, maxChars),
    });
    expect(await renderer.text(await source('one'), 3, never)).toBe('own');
    expect(own.asked).toBe(0);
  });

  it('of which only the first pages were converted knows how many there are, now and after the next start', async () => {
    conversion.pageCount = 1887;
    const document = await source('one\ntwo');
    for (let starts = 0; starts < 2; starts += 1) {
      expect(await renderer.facts(document, never)).toMatchObject({ pageCount: 1887 });
      expect(await renderer.page(document, { ...page1, page: 2 }, never)).toMatchObject({ width: 64 });
      await expect(renderer.page(document, { ...page1, page: 3 }, never)).rejects.toMatchObject({
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: 'Only the first 2 of 1887 pages are drawn',
      });
      await expect(renderer.page(document, { ...page1, page: 1888 }, never)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'Page 1888 does not exist: the document has 1887 pages',
      });
      await open();
    }
    expect(conversion.asked).toBe(1);
  });

  describe('where page 1 alone is made sooner', () => {
    beforeEach(() => {
      conversion.makesFirstPageSooner = () => true;
    });

    it('is converted for that page alone, and as a whole once more is asked for', async () => {
      const document = await source('one\ntwo');
      expect(await renderer.facts(document, never)).toEqual({ width: 200, height: 100, vector: true, pageCount: 2 });
      await renderer.thumbnail(document, thumbnail(128), never);
      await renderer.page(document, page1, never);
      expect(await kept()).toEqual([`lines@${pipelineVersion}firstof2-key.pdf`]);
      expect(conversion.asked).toBe(1);
      expect(await renderer.page(document, { ...page1, page: 2 }, never)).toMatchObject({ width: 64 });
      expect(await renderer.text(document, 100, never)).toBe('one\n\ntwo');
      expect(conversion.asked).toBe(2);
    });

    it('is drawn from the whole where that is there', async () => {
      const document = await source('one\ntwo');
      await renderer.text(document, 100, never);
      expect(await renderer.facts(document, never)).toMatchObject({ pageCount: 2 });
      await renderer.thumbnail(document, thumbnail(128), never);
      expect(conversion.asked).toBe(1);
    });

    it('is whole with that page where there is no other', async () => {
      const document = await source('one');
      await renderer.thumbnail(document, thumbnail(128), never);
      expect(await renderer.text(document, 100, never)).toBe('one');
      expect(conversion.asked).toBe(1);
    });

    it('may be wanted alone and as a whole at once', async () => {
      const document = await source('one');
      const answers = [renderer.facts(document, never), renderer.text(document, 10, never)];
      expect(await Promise.all(answers)).toMatchObject([{ pageCount: 1 }, 'one']);
      expect(await kept()).toEqual([fileName('key')]);
      expect(renderer.stats?.()).toMatchObject({ files: 1 });
    });

    it('is found again by the next start, alone and as a whole', async () => {
      const document = await source('one\ntwo');
      await renderer.thumbnail(document, thumbnail(128), never);
      await open();
      expect(await renderer.facts(document, never)).toMatchObject({ pageCount: 2 });
      await renderer.text(document, 100, never);
      await open();
      expect(await renderer.text(document, 100, never)).toBe('one\n\ntwo');
      expect(conversion.asked).toBe(2);
    });
  });

  describe('keeps its PDFs', () => {
    it('within their bound: the least recently used goes first', async () => {
      conversion.padding = 400 * 1024;
      await open({ maxBytes: 1024 ** 2 });
      await renderer.facts(await source('a', 'a'), never);
      await renderer.facts(await source('b', 'b'), never);
      await renderer.facts(await source('a', 'a'), never);
      await renderer.facts(await source('c', 'c'), never);
      expect(await kept()).toEqual([fileName('a'), fileName('c')]);
      expect(renderer.stats?.()).toMatchObject({ files: 2, evicted: 1 });
    });

    it('while they are drawn from, even beyond the bound', async () => {
      conversion.padding = 700 * 1024;
      const files = await ConvertedFiles.open(join(directory, 'converted'), convertedSettings.parse({ maxBytes: 1024 ** 2 }));
      const first = await files.hold({ conversion, source: await source('a', 'a'), pages: 'all' }, never);
      const second = await files.hold({ conversion, source: await source('b', 'b'), pages: 'all' }, never);
      expect(await kept()).toEqual([fileName('a'), fileName('b')]);
      first.release();
      expect(await kept()).toEqual([fileName('b')]);
      second.release();
    });

    it('from one start to the next', async () => {
      await renderer.facts(await source('one'), never);
      const { bytes } = renderer.stats?.() ?? {};
      await open();
      expect(renderer.stats?.()).toMatchObject({ files: 1, bytes });
      expect(await renderer.facts(await source('one'), never)).toMatchObject({ pageCount: 1 });
      expect(conversion.asked).toBe(1);
    });

    it('but not what a start finds half done or made by other versions', async () => {
      for (const name of ['7.part', 'lines@0-key.pdf', 'stranger'])
        await writeFile(join(directory, 'converted', name), 'left over');
      await open();
      expect(await kept()).toEqual([]);
    });

    it('and makes one again that somebody removed', async () => {
      await renderer.facts(await source('one'), never);
      await rm(join(directory, 'converted'), { recursive: true });
      expect(await renderer.facts(await source('one'), never)).toMatchObject({ pageCount: 1 });
      expect(conversion.asked).toBe(2);
    });
  });

  it('answers through the rendering like anything else', async () => {
    const test = await openTestRendering({ renderers: [renderer, pdf] });
    const document = await test.toSource('one\ntwo', 'text/x-lines');
    expect(ready(await test.rendering.render(document, thumbnail(64), asked))).toMatchObject({ width: 64, height: 32 });
    expect(test.rendering.knownFacts(document.contentKey)).toMatchObject({ pageCount: 2 });
    expect(test.rendering.stats()).toMatchObject({ linesConverted: 1, linesFiles: 1 });
    await test.close();
  });
});
