import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Conversion } from '../../../src/rendering/converted/conversion.js';
import { createPdfRenderer, pdfSettings } from '../../../src/rendering/pdf/pdf-renderer.js';
import type { SourceFile } from '../../../src/rendering/renderer.js';
import { typesetSettings } from '../../../src/rendering/typeset/settings.js';
import { createTypesetConversion } from '../../../src/rendering/typeset/typeset-conversion.js';

const never = new AbortController().signal;
const maxChars = 1_000_000;

export interface SetFile {
  /** As the conversion answers: null where the PDF holds all. */
  readonly pageCount: number | null;
  /** Pages that the PDF holds. */
  readonly pages: number;
  readonly width: number;
  readonly height: number;
  /** The letters on its pages, as a reader of PDF finds them. */
  readonly text: string;
  /** Page 1 as PNG, 320 px wide. */
  readonly picture: Buffer;
}

export interface Typesetter {
  set(bytes: Buffer | string, contentType: string, signal?: AbortSignal): Promise<SetFile>;
  /** The text that is searched. */
  read(bytes: Buffer | string, contentType: string, max?: number): Promise<string>;
  readonly conversion: Conversion;
  close(): Promise<void>;
}

/** Sets files on pages as the server does, and reads the PDF with PDFium. */
export async function openTypesetter(settings: object = {}): Promise<Typesetter> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-typeset-'));
  const pdf = createPdfRenderer(pdfSettings.parse({}));
  const { fontFolder } = pdfSettings.parse({});
  const conversion = createTypesetConversion({ ...typesetSettings.parse(settings), fontFolder });
  let files = 0;
  const toSource = async (bytes: Buffer | string, contentType: string): Promise<SourceFile> => {
    files += 1;
    const path = join(directory, `${files}`);
    await writeFile(path, bytes);
    return { path, contentType, sizeBytes: Buffer.byteLength(bytes), contentKey: `${files}` };
  };
  return {
    conversion,
    set: async (bytes, contentType, signal = never) => {
      const source = await toSource(bytes, contentType);
      const path = `${source.path}.pdf`;
      const pageCount = await conversion.convert(source, { path, pages: 'all' }, signal);
      const set = { path, contentType: 'application/pdf', sizeBytes: 1, contentKey: 'pdf' };
      const { width, height, pageCount: pages } = await pdf.facts(set, never);
      const text = await pdf.text(set, maxChars, never);
      const { bytes: picture } = await pdf.page(set, { kind: 'page', page: 1, width: 320, format: 'PNG' }, never);
      return { pageCount, pages: pages ?? 0, width: width ?? 0, height: height ?? 0, text, picture };
    },
    read: async (bytes, contentType, max = maxChars) =>
      (await conversion.text?.(await toSource(bytes, contentType), max, never)) ?? '',
    close: async () => {
      await Promise.all([conversion.close(), pdf.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
