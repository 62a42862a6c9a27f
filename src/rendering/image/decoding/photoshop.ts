import { closeSync, openSync, readSync } from 'node:fs';
import { ContentError } from '../../../errors.js';
import type { Decoded } from './jobs.js';
import { type PhotoshopHeader, photoshopHeaderBytes, photoshopModes, readPhotoshopHeader } from './photoshop-header.js';
import { type TiffFields, writeTiff } from './tiff-file.js';

/** How TIFF calls a colour mode. */
interface Colours {
  readonly photometric: number;
  readonly channels: number;
  /** TIFF counts ink where Photoshop counts paper. */
  readonly inverted?: boolean;
}

const coloursOf = new Map<number, Colours>([
  [photoshopModes.bitmap, { photometric: 0, channels: 1 }],
  [photoshopModes.grey, { photometric: 1, channels: 1 }],
  [photoshopModes.duotone, { photometric: 1, channels: 1 }],
  [photoshopModes.palette, { photometric: 3, channels: 1 }],
  [photoshopModes.rgb, { photometric: 2, channels: 3 }],
  [photoshopModes.cmyk, { photometric: 5, channels: 4, inverted: true }],
]);

const resources = { profile: 1039, versionInfo: 1057 } as const;
const uncompressed = 0;
const packBits = 1;
const tiffCompressions = { [uncompressed]: 1, [packBits]: 32_773 } as const;
const separatePlanes = 2;
const maxResourceBytes = 64 * 1024 ** 2;

/**
 * The merged picture that Photoshop saves behind its layers, on white where nothing is. It lies there as TIFF has it as well, so
 * it is given a TIFF's directory rather than decoded.
 */
export function decodePhotoshop(path: string, maxBytes: number): Decoded {
  const file = openSync(path, 'r');
  try {
    return rewrite(new Sections(file), maxBytes);
  } finally {
    closeSync(file);
  }
}

function rewrite(sections: Sections, maxBytes: number): Decoded {
  const header = readPhotoshopHeader(sections.take(photoshopHeaderBytes));
  if (!header) throw damaged();
  const colours = coloursOf.get(header.mode);
  if (!colours || header.bits > 16) throw unsupported('in colours that nothing here can read');
  const palette = sections.takeSection(4, 3 * 256);
  const found = readResources(sections.takeSection(4, maxResourceBytes));
  if (found.get(resources.versionInfo)?.[4] === 0) throw unsupported('without a merged picture');
  sections.skipSection(header.large ? 8 : 4);
  const { data, strips, compression, rowsPerStrip } = readMerged(sections, header, colours, maxBytes);
  const profile = found.get(resources.profile);
  const fields: TiffFields = {
    imageWidth: header.width,
    imageLength: header.height,
    bitsPerSample: Array<number>(colours.channels).fill(header.bits),
    compression,
    photometric: colours.photometric,
    samplesPerPixel: colours.channels,
    rowsPerStrip,
    planes: separatePlanes,
    ...(header.mode === photoshopModes.palette ? { colourMap: Array.from(palette, (value) => value * 257) } : {}),
    ...(profile ? { profile } : {}),
  };
  return { bytes: writeTiff(fields, data, strips), raw: null };
}

/** By their numbers. Each: a mark, its number, a name, its length and its bytes, name and bytes of even length. */
function readResources(section: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 12 <= section.length && section.toString('latin1', at, at + 4) === '8BIM'; ) {
    const number = section.readUInt16BE(at + 4);
    const nameBytes = 1 + (section[at + 6] ?? 0);
    const lengthAt = at + 6 + nameBytes + (nameBytes % 2);
    if (lengthAt + 4 > section.length) break;
    const length = section.readUInt32BE(lengthAt);
    found.set(number, section.subarray(lengthAt + 4, lengthAt + 4 + length));
    at = lengthAt + 4 + length + (length % 2);
  }
  return found;
}

interface Merged {
  readonly data: Buffer;
  /** Lengths in bytes. */
  readonly strips: readonly number[];
  readonly compression: number;
  readonly rowsPerStrip: number;
}

/** One channel behind the other; those that are no colours come last and are left there. */
function readMerged(sections: Sections, header: PhotoshopHeader, { channels, inverted }: Colours, maxBytes: number): Merged {
  const compression = sections.take(2).readUInt16BE(0);
  if (compression !== uncompressed && compression !== packBits) throw unsupported('in a compression that nothing here can read');
  if (header.channels < channels) throw damaged();
  const isPacked = compression === packBits;
  const channelBytes = Math.ceil((header.width * header.bits) / 8) * header.height;
  const strips = isPacked ? readRowLengths(sections, header, channels) : Array<number>(channels).fill(channelBytes);
  const bytes = strips.reduce((sum, length) => sum + length, 0);
  // Here and in the TIFF it is made into.
  if (bytes * 2 > maxBytes) throw unsupported('with a merged picture that needs too much memory');
  const data = sections.take(bytes);
  if (inverted) invert(data, strips, isPacked);
  return { data, strips, compression: tiffCompressions[compression], rowsPerStrip: isPacked ? 1 : header.height };
}

/** The table has the rows of all channels, also of those that are not used. */
function readRowLengths(sections: Sections, { channels, height, large }: PhotoshopHeader, used: number): readonly number[] {
  const size = large ? 4 : 2;
  const table = sections.take(channels * height * size);
  return Array.from({ length: used * height }, (_, index) => table.readUIntBE(index * size, size));
}

/** In PackBits only what is no length: literal bytes, and the one byte of a run. */
function invert(data: Buffer, strips: readonly number[], isPacked: boolean): void {
  let end = 0;
  for (const length of strips) {
    let at = end;
    end += length;
    while (at < end) {
      const code = isPacked ? data.readInt8(at++) : length - 1;
      const count = code >= 0 ? code + 1 : code === -128 ? 0 : 1;
      for (const stop = Math.min(at + count, end); at < stop; at += 1) data[at] = 255 - (data[at] ?? 0);
    }
  }
}

/** A file that is read from its beginning on. Throws where it ends too early. */
class Sections {
  readonly #file: number;
  #at = 0;

  constructor(file: number) {
    this.#file = file;
  }

  take(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#file, bytes, 0, length, this.#at) < length) throw damaged();
    this.#at += length;
    return bytes;
  }

  /** A section behind its length, which has so many bytes. */
  takeSection(lengthBytes: number, maxBytes: number): Buffer {
    const length = this.take(lengthBytes).readUIntBE(0, lengthBytes);
    if (length > maxBytes) throw damaged();
    return this.take(length);
  }

  skipSection(lengthBytes: 4 | 8): void {
    const bytes = this.take(lengthBytes);
    this.#at += lengthBytes === 8 ? Number(bytes.readBigUInt64BE(0)) : bytes.readUInt32BE(0);
  }
}

function unsupported(how: string): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', `The Photoshop file was saved ${how}`);
}

function damaged(): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The Photoshop file is damaged or incomplete');
}
