import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A pointer or opaque handle in the memory of the module; 0 is none. */
export type Pointer = number;

/** Of libheif's C interface, compiled to WebAssembly, what is called here. What may fail writes a heif_error to `error`. */
export interface Libheif {
  /** Another one after the memory has grown. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;

  _heif_context_alloc(): Pointer;
  _heif_context_free(context: Pointer): void;
  /** The bytes stay where they are until the context is freed. */
  // biome-ignore format: one line like its neighbours.
  _heif_context_read_from_memory_without_copy(error: Pointer, context: Pointer, bytes: Pointer, size: number, options: Pointer): void;
  _heif_context_get_primary_image_handle(error: Pointer, context: Pointer, handle: Pointer): void;

  _heif_image_handle_release(handle: Pointer): void;
  _heif_image_handle_get_width(handle: Pointer): number;
  _heif_image_handle_get_height(handle: Pointer): number;
  _heif_image_handle_has_alpha_channel(handle: Pointer): number;
  _heif_image_handle_get_list_of_thumbnail_IDs(handle: Pointer, ids: Pointer, count: number): number;
  _heif_image_handle_get_thumbnail(error: Pointer, handle: Pointer, id: number, thumbnail: Pointer): void;

  _heif_decoding_options_alloc(): Pointer;
  _heif_decoding_options_free(options: Pointer): void;
  // biome-ignore format: one line like its neighbours.
  _heif_decode_image(error: Pointer, handle: Pointer, image: Pointer, colorspace: number, chroma: number, options: Pointer): void;
  _heif_image_release(image: Pointer): void;
  _heif_image_get_width(image: Pointer, channel: number): number;
  _heif_image_get_height(image: Pointer, channel: number): number;
  /** Writes the bytes from one row to the next to `stride`. */
  _heif_image_get_plane_readonly2(image: Pointer, channel: number, stride: Pointer): Pointer;
}

export interface LoadedLibheif {
  readonly libheif: Libheif;
  memoryBytes(): number;
  /** True once more memory was wanted than allowed. */
  wasShortOfMemory(): boolean;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}
/** Of the runtime's global, which has no types without a browser's. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: Memory };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => Instance;
};

/** The module's script calls `instantiateWasm` and is ready when it returns. */
interface LoadOptions {
  instantiateWasm(imports: object, receive: (instance: Instance) => unknown): unknown;
  print(line: string): void;
  printErr(line: string): void;
}

const require = createRequire(import.meta.url);
const pageBytes = 65_536;

/** A fresh libheif whose memory stays under maxMemoryBytes. Takes some 0.1 s of this thread. */
export function loadLibheif(maxMemoryBytes: number): LoadedLibheif {
  const module = new WebAssembly.Module(readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')));
  // The package's own types describe neither the options nor the memory.
  const load = require('libheif-js/libheif-wasm/libheif.js') as (options: LoadOptions) => Libheif;
  let memory: Memory | undefined;
  let shortOfMemory = false;
  const refuse = () => {
    shortOfMemory = true;
  };
  const libheif = load({
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(module, imports);
      memory = bounded(memoryOf(instance), maxMemoryBytes, refuse);
      return receive(instance);
    },
    print: () => {},
    printErr: () => {},
  });
  return { libheif, memoryBytes: () => memory?.buffer.byteLength ?? 0, wasShortOfMemory: () => shortOfMemory };
}

function memoryOf({ exports }: Instance): Memory {
  const found = Object.values(exports).find((one) => Object.getPrototypeOf(one) === WebAssembly.Memory.prototype);
  if (!found) throw new Error('libheif has no memory of its own');
  return found as Memory;
}

/** The module's own allocator asks for more by `grow`. */
function bounded(memory: Memory, maxBytes: number, onRefusal: () => void): Memory {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * pageBytes <= maxBytes) return grow(pages);
    onRefusal();
    throw new RangeError(`More than ${maxBytes} bytes of memory`);
  };
  return memory;
}
