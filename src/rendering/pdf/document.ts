import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { ContentError } from '../../errors.js';
import { cutAtCharacter } from '../../lib/cut-at-character.js';
import type { Size } from '../fit.js';
import type { Disk } from './disk.js';
import { assertGlyphs } from './missing-glyphs.js';
import { type Pdfium, type Pointer, withMemory, withString } from './pdfium.js';
import { pageText } from './text.js';

/** Rows from the top, three bytes a pixel: red, green, blue. */
export interface Bitmap extends Size {
  readonly pixels: Uint8Array<ArrayBuffer>;
}

const errorFormat = 3;
const errorPassword = 4;
const errorSecurity = 5;
const formTypeNone = 0;
/** Larger than the structure of callbacks, all of them absent, that a form wants. */
const formCallbackBytes = 256;
const formatBgr = 2;
const white = 0xff_ff_ff_ff;
const drawAnnotations = 0x01;
/** Red first, as encoders want it. */
const reverseByteOrder = 0x10;

/** One open PDF in the memory of one PDFium. */
export class PdfDocument {
  readonly pageCount: number;
  readonly #pdfium: Pdfium;
  readonly #document: Pointer;
  readonly #form: PdfForm | null;

  private constructor(pdfium: Pdfium, document: Pointer) {
    this.#pdfium = pdfium;
    this.#document = document;
    this.pageCount = pdfium.FPDF_GetPageCount(document);
    this.#form = pdfium.FPDF_GetFormType(document) === formTypeNone ? null : new PdfForm(pdfium, document);
  }

  /** UNSUPPORTED_MEDIA_TYPE where a password is missing, PROVIDER_ERROR for a file that is damaged or no PDF. */
  static open(pdfium: Pdfium, disk: Disk, path: string): PdfDocument {
    const name = disk.expose(path);
    const document = withString(pdfium, name, (pointer) => pdfium.FPDF_LoadDocument(pointer, 0));
    disk.conceal(name);
    if (document === 0) throw toOpenError(pdfium.FPDF_GetLastError(), path);
    const opened = new PdfDocument(pdfium, document);
    if (opened.pageCount > 0) return opened;
    opened.close();
    throw new ContentError('PROVIDER_ERROR', 'The PDF is damaged: it has no pages');
  }

  /** Of a page counted from 1, in points, as it is shown. NOT_FOUND names the page count. */
  pageSize(page: number): Size {
    if (page > this.pageCount)
      throw new ContentError('NOT_FOUND', `Page ${page} does not exist: the document has ${pages(this.pageCount)}`);
    return withMemory(this.#pdfium, 8, (pointer) => {
      const found = this.#pdfium.FPDF_GetPageSizeByIndexF(this.#document, page - 1, pointer);
      const [width = 0, height = 0] = new Float32Array(this.#pdfium.memory.buffer, pointer, 2);
      if (found === 0) throw damagedPage(page);
      if (!(width > 0 && height > 0)) throw new ContentError('PROVIDER_ERROR', `Page ${page} of the PDF has no area`);
      return { width, height };
    });
  }

  /** The page on white, stretched to the size, with annotations and filled-in fields. */
  draw(page: number, size: Size): Bitmap {
    return this.#withPage(page, (pointer) => {
      const bitmap = this.#drawLoaded(pointer, size);
      assertGlyphs(this.#pdfium, pointer, page);
      return bitmap;
    });
  }

  /** Of all pages in order, an empty line between two; a page that is damaged has none. */
  text(maxChars: number): string {
    let text = '';
    for (let page = 1; page <= this.pageCount && text.length < maxChars; page++) {
      const added = this.#textOf(page, maxChars - text.length);
      if (added !== '') text += text === '' ? added : `\n\n${added}`;
    }
    return cutAtCharacter(text, maxChars);
  }

  close(): void {
    this.#form?.close();
    this.#pdfium.FPDF_CloseDocument(this.#document);
  }

  #drawLoaded(page: Pointer, { width, height }: Size): Bitmap {
    const pdfium = this.#pdfium;
    const stride = width * 3;
    return withMemory(pdfium, stride * height, (pixels) => {
      const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, formatBgr, pixels, stride);
      pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
      pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, drawAnnotations | reverseByteOrder);
      this.#form?.draw(bitmap, page, { width, height });
      pdfium.FPDFBitmap_Destroy(bitmap);
      return { width, height, pixels: new Uint8Array(pdfium.memory.buffer, pixels, stride * height).slice() };
    });
  }

  #textOf(page: number, maxChars: number): string {
    try {
      return this.#withPage(page, (pointer) => pageText(this.#pdfium, pointer, maxChars));
    } catch (error) {
      if (error instanceof ContentError) return '';
      throw error;
    }
  }

  #withPage<T>(page: number, use: (pointer: Pointer) => T): T {
    const pointer = this.#pdfium.FPDF_LoadPage(this.#document, page - 1);
    if (pointer === 0) throw damagedPage(page);
    this.#form?.enter(pointer);
    try {
      return use(pointer);
    } finally {
      this.#form?.leave(pointer);
      this.#pdfium.FPDF_ClosePage(pointer);
    }
  }
}

/** The form of a document, which draws its fields. */
class PdfForm {
  readonly #pdfium: Pdfium;
  readonly #callbacks: Pointer;
  readonly #form: Pointer;

  constructor(pdfium: Pdfium, document: Pointer) {
    this.#pdfium = pdfium;
    this.#callbacks = pdfium.malloc(formCallbackBytes);
    const callbacks = new Uint8Array(pdfium.memory.buffer, this.#callbacks, formCallbackBytes).fill(0);
    callbacks[0] = 2; // The structure's version.
    this.#form = pdfium.FPDFDOC_InitFormFillEnvironment(document, this.#callbacks);
  }

  enter(page: Pointer): void {
    this.#pdfium.FORM_OnAfterLoadPage(page, this.#form);
  }

  draw(bitmap: Pointer, page: Pointer, { width, height }: Size): void {
    this.#pdfium.FPDF_FFLDraw(this.#form, bitmap, page, 0, 0, width, height, 0, reverseByteOrder);
  }

  leave(page: Pointer): void {
    this.#pdfium.FORM_OnBeforeClosePage(page, this.#form);
  }

  close(): void {
    this.#pdfium.FPDFDOC_ExitFormFillEnvironment(this.#form);
    this.#pdfium.free(this.#callbacks);
  }
}

function toOpenError(code: number, path: string): ContentError {
  if (code === errorPassword) return new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The PDF needs a password to open');
  if (code === errorSecurity)
    return new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The PDF is encrypted in a way that cannot be opened here');
  if (code === errorFormat) return new ContentError('PROVIDER_ERROR', whyNotPdf(path));
  return new ContentError('PROVIDER_ERROR', 'The PDF could not be read');
}

/** A reader looks for the mark of a PDF in this many bytes. */
const headerBytes = 1024;

function whyNotPdf(path: string): string {
  if (statSync(path).size === 0) return 'The file is empty';
  const header = Buffer.alloc(headerBytes);
  const fd = openSync(path, 'r');
  const count = readSync(fd, header, 0, headerBytes, 0);
  closeSync(fd);
  return header.subarray(0, count).includes('%PDF-')
    ? 'The PDF is damaged: no pages could be found in it'
    : 'The file is not a PDF';
}

function damagedPage(page: number): ContentError {
  return new ContentError('PROVIDER_ERROR', `The PDF is damaged: page ${page} cannot be read`);
}

function pages(count: number): string {
  return count === 1 ? '1 page' : `${count} pages`;
}
