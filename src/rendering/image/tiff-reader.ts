import type { PositionedFile } from './positioned-file.js';

/** Fields of TIFF, DNG and the raw files of cameras, by their numbers. */
const fieldNumbers = {
  panasonicJpeg: 46,
  subfileType: 254,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  stripByteCounts: 279,
  subDirectories: 330,
  jpegOffset: 513,
  jpegLength: 514,
  exif: 34_665,
  makerNote: 37_500,
  dngVersion: 50_706,
} as const;

/** The values of one field, and where they lie in the file. */
export interface TiffField {
  readonly values: readonly number[];
  /** From the beginning of the file, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** By their numbers. */
export type Directory = ReadonlyMap<number, TiffField>;

/** By their numbers in TIFF: bytes, 16, 32 and 64 bits without a sign, and offsets. What is written otherwise is not looked for. */
const bytesOfType: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8 };
const classic = { countBytes: 2, entryBytes: 12, pointerBytes: 4 };
const big = { countBytes: 8, entryBytes: 20, pointerBytes: 8 };
const bigMark = 43;
/** More values of a field are not read: what is looked for has few. */
const maxValues = 32;
const maxEntries = 1000;

/** A TIFF, or what is built like one. Nothing throws: a directory that is broken is not there. */
export class TiffReader {
  /** Where the first directory lies, counted from `base` like all offsets inside. */
  readonly first: number;
  readonly #file: PositionedFile;
  readonly #littleEndian: boolean;
  readonly #base: number;
  readonly #layout: typeof classic;

  private constructor(file: PositionedFile, base: number, littleEndian: boolean, layout: typeof classic, first: number) {
    this.#file = file;
    this.#base = base;
    this.#littleEndian = littleEndian;
    this.#layout = layout;
    this.first = first;
  }

  /** null where the file has no TIFF at `base`; makers have `marks` of their own in place of 42. */
  static async open(file: PositionedFile, base = 0, marks: readonly number[] = [42, bigMark]): Promise<TiffReader | null> {
    const head = await file.read(base, 16);
    const order = head.toString('latin1', 0, 2);
    if (head.length < 16 || (order !== 'II' && order !== 'MM')) return null;
    const littleEndian = order === 'II';
    const mark = numberIn(head, 2, 2, littleEndian);
    if (!marks.includes(mark)) return null;
    const layout = mark === bigMark ? big : classic;
    const first = numberIn(head, layout === big ? 8 : 4, layout.pointerBytes, littleEndian);
    return new TiffReader(file, base, littleEndian, layout, first);
  }

  /** The same way of writing for directories whose offsets count from elsewhere. */
  at(base: number): TiffReader {
    return new TiffReader(this.#file, base, this.#littleEndian, this.#layout, 0);
  }

  /** The directories that follow each other from `first` on, at most `max`; one that bites its tail ends there. */
  async chain(first: number, max: number): Promise<Directory[]> {
    const seen = new Set<number>();
    const chain: Directory[] = [];
    for (let next = first; next !== 0 && chain.length < max && !seen.has(next); ) {
      seen.add(next);
      const read = await this.#directory(next);
      if (!read) break;
      chain.push(read.directory);
      next = read.next;
    }
    return chain;
  }

  async #directory(offset: number): Promise<{ readonly directory: Directory; readonly next: number } | null> {
    const { countBytes, entryBytes, pointerBytes } = this.#layout;
    const start = this.#base + offset;
    const head = await this.#file.read(start, countBytes);
    const count = head.length === countBytes ? this.#number(head, 0, countBytes) : 0;
    if (count === 0 || count > maxEntries) return null;
    const table = await this.#file.read(start + countBytes, count * entryBytes + pointerBytes);
    if (table.length < count * entryBytes) return null;
    const directory = new Map<number, TiffField>();
    for (let at = 0; at < count * entryBytes; at += entryBytes) {
      const field = await this.#field(table, at, start + countBytes);
      if (field) directory.set(this.#number(table, at, 2), field);
    }
    const isLast = table.length < count * entryBytes + pointerBytes;
    return { directory, next: isLast ? 0 : this.#number(table, count * entryBytes, pointerBytes) };
  }

  /** Few bytes lie in the entry itself, more elsewhere. null for a kind of values that is not looked for. */
  async #field(table: Buffer, at: number, tableOffset: number): Promise<TiffField | null> {
    const { pointerBytes } = this.#layout;
    const size = bytesOfType[this.#number(table, at + 2, 2)];
    if (size === undefined) return null;
    const count = this.#number(table, at + 4, pointerBytes);
    const valueAt = at + 4 + pointerBytes;
    const isInside = count * size <= pointerBytes;
    const offset = isInside ? tableOffset + valueAt : this.#base + this.#number(table, valueAt, pointerBytes);
    const readBytes = Math.min(count, maxValues) * size;
    const bytes = isInside ? table.subarray(valueAt, valueAt + readBytes) : await this.#file.read(offset, readBytes);
    const values = Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => this.#number(bytes, index * size, size));
    return { values, offset, bytes: count * size };
  }

  #number(bytes: Buffer, at: number, size: number): number {
    return numberIn(bytes, at, size, this.#littleEndian);
  }
}

export function numberOf(directory: Directory | undefined, field: keyof typeof fieldNumbers): number | undefined {
  return directory?.get(fieldNumbers[field])?.values[0];
}

export function fieldOf(directory: Directory, field: keyof typeof fieldNumbers): TiffField | undefined {
  return directory.get(fieldNumbers[field]);
}

/** Up to 2^53: beyond, no file has anything. */
function numberIn(bytes: Buffer, at: number, size: number, littleEndian: boolean): number {
  if (size === 8) return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  return littleEndian ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
}
