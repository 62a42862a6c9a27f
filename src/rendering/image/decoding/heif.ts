import { readFileSync } from 'node:fs';
import type { Size } from '../../fit.js';
import { HeifCalls } from './heif-calls.js';
import type { Decoded } from './jobs.js';
import type { Libheif, Pointer } from './libheif.js';
import { shrink } from './shrink.js';

const colorspaceRgb = 1;
const chroma = { 3: 10, 4: 11 } as const;
const interleaved = 10;
/** Where heif_decoding_options says that a picture with faults is none. */
const strictDecoding = 21;
/** A file may hold many; a camera writes one. */
const maxThumbnails = 8;
/** By so much a thumbnail's proportions may differ from its picture's; beyond, it shows something else. */
const roundingOfProportions = 0.02;

/** The main picture of a file, or the thumbnail that it brings along where that has `edge` px. Its colours stay what they are. */
export function decodeHeif(libheif: Libheif, path: string, edge: number): Decoded {
  const calls = new HeifCalls(libheif);
  try {
    const main = openMain(calls, readFileSync(path));
    const shown = fittingThumbnail(calls, main, edge) ?? main;
    return decode(calls, shown, edge);
  } finally {
    calls.release();
  }
}

function openMain(calls: HeifCalls, file: Buffer): Pointer {
  const { libheif } = calls;
  const bytes = calls.allocate(file.length);
  libheif.HEAPU8.set(file, bytes);
  const context = calls.keep(libheif._heif_context_alloc(), (pointer) => libheif._heif_context_free(pointer));
  calls.result((error) => libheif._heif_context_read_from_memory_without_copy(error, context, bytes, file.length, 0));
  return openHandle(calls, (error, result) => libheif._heif_context_get_primary_image_handle(error, context, result));
}

/** The smallest one that is large enough. */
function fittingThumbnail(calls: HeifCalls, main: Pointer, edge: number): Pointer | null {
  const { libheif } = calls;
  const ids = calls.allocate(maxThumbnails * 4);
  const count = libheif._heif_image_handle_get_list_of_thumbnail_IDs(main, ids, maxThumbnails);
  const thumbnails = Array.from({ length: count }, (_, index) => {
    const id = calls.read(ids + index * 4);
    const handle = openHandle(calls, (error, result) => libheif._heif_image_handle_get_thumbnail(error, main, id, result));
    return { handle, ...sizeOf(libheif, handle) };
  });
  const whole = sizeOf(libheif, main);
  const fitting = thumbnails.filter((one) => Math.max(one.width, one.height) >= edge && isSameShape(one, whole));
  return fitting.sort((one, other) => one.width - other.width)[0]?.handle ?? null;
}

function isSameShape(one: Size, other: Size): boolean {
  return Math.abs((one.width * other.height) / (one.height * other.width) - 1) < roundingOfProportions;
}

function decode(calls: HeifCalls, handle: Pointer, edge: number): Decoded {
  const { libheif } = calls;
  const channels = libheif._heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const options = calls.keep(libheif._heif_decoding_options_alloc(), (pointer) => libheif._heif_decoding_options_free(pointer));
  libheif.HEAPU8[options + strictDecoding] = 1;
  const image = calls.result((error, result) =>
    libheif._heif_decode_image(error, handle, result, colorspaceRgb, chroma[channels], options),
  );
  calls.keep(image, (pointer) => libheif._heif_image_release(pointer));
  const width = libheif._heif_image_get_width(image, interleaved);
  const height = libheif._heif_image_get_height(image, interleaved);
  const stridePointer = calls.allocate(4);
  const plane = libheif._heif_image_get_plane_readonly2(image, interleaved, stridePointer);
  const stride = calls.read(stridePointer);
  const row = (y: number) => libheif.HEAPU8.subarray(plane + y * stride, plane + y * stride + width * channels);
  return shrink({ width, height, channels, row }, edge);
}

function openHandle(calls: HeifCalls, open: (error: Pointer, result: Pointer) => void): Pointer {
  const { libheif } = calls;
  return calls.keep(calls.result(open), (handle) => libheif._heif_image_handle_release(handle));
}

function sizeOf(libheif: Libheif, handle: Pointer): Size {
  return {
    width: libheif._heif_image_handle_get_width(handle),
    height: libheif._heif_image_handle_get_height(handle),
  };
}
