import { ContentError } from '../../../errors.js';
import type { Libheif, Pointer } from './libheif.js';

/** heif_error: code, subcode, pointer to the message. */
const errorBytes = 12;
/** What libheif or the parts of it that are built here do not know, by the code of the error. */
const unsupported = new Set([3, 4, 11]);

/** Calls that belong together. Whatever they allocate is freed together, the latest first. */
export class HeifCalls {
  readonly libheif: Libheif;
  readonly #releases: (() => void)[] = [];
  /** Where a call writes its error, and its result behind it. */
  readonly #error: Pointer;
  readonly #result: Pointer;

  constructor(libheif: Libheif) {
    this.libheif = libheif;
    this.#error = this.allocate(errorBytes + 4);
    this.#result = this.#error + errorBytes;
  }

  /** What the call wrote to `result`. A ContentError where it failed. */
  result(call: (error: Pointer, result: Pointer) => void): number {
    call(this.#error, this.#result);
    const code = this.read(this.#error);
    if (code === 0) return this.read(this.#result);
    const message = this.#readText(this.read(this.#error + 8));
    throw toRefusal(code, new Error(`libheif: ${code}.${this.read(this.#error + 4)}: ${message}`));
  }

  allocate(bytes: number): Pointer {
    const pointer = this.libheif._malloc(bytes);
    if (pointer === 0) throw new RangeError(`No memory for ${bytes} bytes`);
    return this.keep(pointer, (allocated) => this.libheif._free(allocated));
  }

  keep(pointer: Pointer, release: (pointer: Pointer) => void): Pointer {
    this.#releases.push(() => release(pointer));
    return pointer;
  }

  /** An unsigned number of 32 bits. */
  read(pointer: Pointer): number {
    return new DataView(this.libheif.HEAPU8.buffer).getUint32(pointer, true);
  }

  release(): void {
    for (const release of this.#releases.splice(0).reverse()) release();
  }

  #readText(pointer: Pointer): string {
    const bytes = this.libheif.HEAPU8;
    return new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
  }
}

function toRefusal(code: number, cause: Error): ContentError {
  if (!unsupported.has(code)) return new ContentError('PROVIDER_ERROR', 'The HEIC picture is damaged or incomplete', { cause });
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The HEIC picture is written in a way that nothing here can read', { cause });
}
