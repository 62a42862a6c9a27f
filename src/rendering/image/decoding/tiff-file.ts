/** Names of the fields that are written here, by their numbers in TIFF 6.0. */
export const tiffTags = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planes: 284,
  colourMap: 320,
  extraSamples: 338,
  profile: 34675,
} as const;

/** Numbers are written in 32 bits each, bytes as they are. */
export type TiffFields = Partial<Record<keyof typeof tiffTags, number | readonly number[] | Uint8Array>>;

const longType = 4;
const bytesType = 7;
const headerBytes = 8;
const entryBytes = 12;

/**
 * A file around the data of a picture, so that libvips reads it with its colour profile and its layout. `strips` are the lengths in
 * bytes of the parts of `data`, from its beginning.
 */
export function writeTiff(fields: TiffFields, data: Uint8Array, strips: readonly number[]): Uint8Array<ArrayBuffer> {
  const entries = toEntries({ ...fields, stripOffsets: strips, stripByteCounts: strips });
  const directoryBytes = 2 + entries.length * entryBytes + 4;
  const dataOffset = entries.reduce((end, { values }) => end + outside(values), headerBytes + directoryBytes);
  const file = Buffer.from(new ArrayBuffer(dataOffset + data.length));
  file.write('MM\0*', 'latin1');
  file.writeUInt32BE(headerBytes, 4);
  file.writeUInt16BE(entries.length, headerBytes);
  let end = headerBytes + directoryBytes;
  entries.forEach(({ tag, type, values }, index) => {
    const at = headerBytes + 2 + index * entryBytes;
    const bytes = tag === tiffTags.stripOffsets ? longs(offsets(strips, dataOffset)) : values;
    file.writeUInt16BE(tag, at);
    file.writeUInt16BE(type, at + 2);
    file.writeUInt32BE(type === longType ? bytes.length / 4 : bytes.length, at + 4);
    if (outside(bytes) === 0) file.set(bytes, at + 8);
    else {
      file.writeUInt32BE(end, at + 8);
      file.set(bytes, end);
      end += outside(bytes);
    }
  });
  file.set(data, dataOffset);
  return file;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly values: Uint8Array;
}

/** In the order of their numbers, as readers want them. */
function toEntries(fields: TiffFields): readonly Entry[] {
  const entries = Object.entries(fields).map(([name, value]): Entry => {
    const tag = tiffTags[name as keyof typeof tiffTags];
    if (value instanceof Uint8Array) return { tag, type: bytesType, values: value };
    return { tag, type: longType, values: longs(typeof value === 'number' ? [value] : (value ?? [])) };
  });
  return entries.sort((one, other) => one.tag - other.tag);
}

/** Four bytes or fewer lie in the entry itself. */
function outside(values: Uint8Array): number {
  return values.length <= 4 ? 0 : values.length + (values.length % 2);
}

function longs(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, index * 4);
  });
  return bytes;
}

function offsets(lengths: readonly number[], start: number): readonly number[] {
  let next = start;
  return lengths.map((length) => {
    const offset = next;
    next += length;
    return offset;
  });
}
