import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PDFiumModule } from '@hyzyla/pdfium';
import type { Disk } from './disk.js';
import { createSystemCalls } from './system-calls.js';

/** A pointer or opaque handle in the memory of the module; 0 is none. */
export type Pointer = number;

/** Of PDFium's C interface, compiled to WebAssembly, what is called here. Strings are pointers to zero-terminated UTF-8. */
export interface Pdfium {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): Pointer;
  free(pointer: Pointer): void;
  FPDF_InitLibrary(): void;
  FPDF_GetLastError(): number;

  FPDF_LoadDocument(path: Pointer, password: Pointer): Pointer;
  FPDF_CloseDocument(document: Pointer): void;
  FPDF_GetPageCount(document: Pointer): number;
  /** `size` receives width and height as two 32-bit floats, in points, after the page's rotation. */
  FPDF_GetPageSizeByIndexF(document: Pointer, index: number, size: Pointer): number;
  FPDF_LoadPage(document: Pointer, index: number): Pointer;
  FPDF_ClosePage(page: Pointer): void;

  FPDF_GetFormType(document: Pointer): number;
  FPDFDOC_InitFormFillEnvironment(document: Pointer, callbacks: Pointer): Pointer;
  FPDFDOC_ExitFormFillEnvironment(form: Pointer): void;
  FORM_OnAfterLoadPage(page: Pointer, form: Pointer): void;
  FORM_OnBeforeClosePage(page: Pointer, form: Pointer): void;

  FPDFBitmap_CreateEx(width: number, height: number, format: number, pixels: Pointer, stride: number): Pointer;
  FPDFBitmap_FillRect(bitmap: Pointer, x: number, y: number, width: number, height: number, argb: number): number;
  FPDFBitmap_Destroy(bitmap: Pointer): void;
  // biome-ignore format: one line like its neighbours.
  FPDF_RenderPageBitmap(bitmap: Pointer, page: Pointer, x: number, y: number, width: number, height: number, rotate: number, flags: number): void;
  // biome-ignore format: one line like its neighbours.
  FPDF_FFLDraw(form: Pointer, bitmap: Pointer, page: Pointer, x: number, y: number, width: number, height: number, rotate: number, flags: number): void;

  FPDFPage_CountObjects(page: Pointer): number;
  FPDFPage_GetObject(page: Pointer, index: number): Pointer;
  FPDFFormObj_CountObjects(object: Pointer): number;
  FPDFFormObj_GetObject(object: Pointer, index: number): Pointer;
  FPDFPageObj_GetType(object: Pointer): number;
  FPDFTextObj_GetFont(object: Pointer): Pointer;
  FPDFFont_GetIsEmbedded(font: Pointer): number;
  /** Writes the name of the font that is drawn with, and returns its length in bytes with the final zero. */
  FPDFFont_GetFamilyName(font: Pointer, target: Pointer, bytes: number): number;
  /** Likewise, the name that the document gives it. */
  FPDFFont_GetBaseFontName(font: Pointer, target: Pointer, bytes: number): number;

  FPDFText_LoadPage(page: Pointer): Pointer;
  FPDFText_ClosePage(text: Pointer): void;
  FPDFText_CountChars(text: Pointer): number;
  FPDFText_GetUnicode(text: Pointer, index: number): number;
  FPDFText_GetTextObject(text: Pointer, index: number): Pointer;
  /** Writes UTF-16LE with a final zero, and returns the number of units with it. */
  FPDFText_GetText(text: Pointer, start: number, count: number, target: Pointer): number;
}

export interface LoadedPdfium {
  readonly pdfium: Pdfium;
  /** True once more memory was wanted than allowed: what was drawn since may lack parts. */
  wasShortOfMemory(): boolean;
}

type Imports = Record<'env' | 'wasi_snapshot_preview1', Record<string, (...args: never[]) => unknown>>;
interface Instance {
  readonly exports: unknown;
}
/** Of the runtime's global, which has no types without a browser's. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: unknown): Promise<{ readonly instance: Instance; readonly module: unknown }>;
};

/** A fresh PDFium that reads files from the disk given and whose memory stays under maxMemoryBytes. */
export async function loadPdfium(disk: Disk, maxMemoryBytes: number): Promise<LoadedPdfium> {
  const bytes = await readFile(fileURLToPath(import.meta.resolve('@hyzyla/pdfium/pdfium.wasm')));
  let shortOfMemory = false;
  const pdfium = await new Promise<Pdfium>((resolve, reject) => {
    const calls = createSystemCalls(disk, () => instantiated.memory.buffer);
    let instantiated: Pdfium;
    const instantiateWasm = (imports: Imports, done: (instance: Instance, module: unknown) => void) => {
      const grow = imports.env.emscripten_resize_heap as (bytes: number) => number;
      const growWithinLimit = (wanted: number) => {
        shortOfMemory ||= wanted >>> 0 > maxMemoryBytes;
        return shortOfMemory ? 0 : grow(wanted);
      };
      const env = { ...imports.env, ...calls.env, emscripten_resize_heap: growWithinLimit };
      const wasi = { ...imports.wasi_snapshot_preview1, ...calls.wasi };
      WebAssembly.instantiate(bytes, { env, wasi_snapshot_preview1: wasi }).then(({ instance, module }) => {
        instantiated = instance.exports as Pdfium;
        done(instance, module);
      }, reject);
      return {};
    };
    // The package's own types describe a browser's loader and a part of the functions.
    const load = PDFiumModule as unknown as (options: { instantiateWasm: typeof instantiateWasm }) => Promise<unknown>;
    load({ instantiateWasm }).then(() => resolve(instantiated), reject);
  });
  pdfium.FPDF_InitLibrary();
  return { pdfium, wasShortOfMemory: () => shortOfMemory };
}

/** Lends zeroed memory for the length of one call. */
export function withMemory<T>(pdfium: Pdfium, bytes: number, use: (pointer: Pointer) => T): T {
  const pointer = pdfium.malloc(bytes);
  if (pointer === 0) throw new RangeError(`No memory for ${bytes} bytes`);
  try {
    new Uint8Array(pdfium.memory.buffer, pointer, bytes).fill(0);
    return use(pointer);
  } finally {
    pdfium.free(pointer);
  }
}

/** Lends a copy of the text as a C string. */
export function withString<T>(pdfium: Pdfium, text: string, use: (pointer: Pointer) => T): T {
  const bytes = new TextEncoder().encode(text);
  return withMemory(pdfium, bytes.length + 1, (pointer) => {
    new Uint8Array(pdfium.memory.buffer, pointer, bytes.length).set(bytes);
    return use(pointer);
  });
}
