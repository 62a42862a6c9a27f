import { inflateSync } from 'node:zlib';

/** https://www.w3.org/TR/WOFF/: the tables of a font, each packed by zlib, behind a list of them. Numbers are big-endian. */
const mark = 'wOFF';
const [headerBytes, entryBytes] = [44, 20];
/** Of the same font unpacked. */
const [fontHeaderBytes, fontEntryBytes] = [12, 16];
/** Unpacked; those of all Chinese characters have some ten MiB. */
const maxFontBytes = 64 * 1024 ** 2;

/** The font that is packed for the web in this file; the file itself where it is of another kind. Leaves out what cannot be unpacked. */
export function unpackWoff(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 0, 4) !== mark) return bytes;
  const tables = readTables(bytes);
  const directory = Buffer.alloc(fontHeaderBytes + tables.length * fontEntryBytes);
  bytes.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(tables.length, 4);
  let offset = directory.length;
  for (const [index, { entry, content }] of tables.entries()) {
    const position = fontHeaderBytes + index * fontEntryBytes;
    entry.copy(directory, position, 0, 4);
    entry.copy(directory, position + 4, 16, 20);
    directory.writeUInt32BE(offset, position + 8);
    directory.writeUInt32BE(content.length, position + 12);
    offset += content.length;
  }
  return Buffer.concat([directory, ...tables.map(({ content }) => content)]);
}

interface Table {
  /** Name, offset, packed length, length, checksum. */
  readonly entry: Buffer;
  readonly content: Buffer;
}

function readTables(bytes: Buffer): readonly Table[] {
  const count = bytes.readUInt16BE(12);
  const entries = Array.from({ length: count }, (_, index) =>
    bytes.subarray(headerBytes + index * entryBytes, headerBytes + (index + 1) * entryBytes),
  );
  const sum = entries.reduce((total, entry) => total + entry.readUInt32BE(12), 0);
  if (sum > maxFontBytes) throw new RangeError('Unpacks to more than a font has');
  return entries.flatMap((entry) => {
    const content = unpackTable(bytes, entry);
    return content === null ? [] : [{ entry, content }];
  });
}

function unpackTable(bytes: Buffer, entry: Buffer): Buffer | null {
  const [offset, packedLength, length] = [4, 8, 12].map((position) => entry.readUInt32BE(position)) as [number, number, number];
  const packed = bytes.subarray(offset, offset + packedLength);
  if (packedLength >= length) return packed.subarray(0, length);
  try {
    return inflateSync(packed, { maxOutputLength: length });
  } catch {
    return null;
  }
}
