/** Numbers of 32 bits, bytes as they are, other directories, or where a piece of data lies. */
type Value = number | readonly number[] | Buffer | readonly TiffDirectory[] | { readonly placeOf: Buffer };

/** By the numbers of the fields. */
export type TiffDirectory = Readonly<Record<number, Value>>;

export interface TiffLikeFile {
  readonly littleEndian?: boolean;
  /** In place of TIFF's 42. */
  readonly mark?: number;
  /** Behind the header: Canon's "CR" and a version. */
  readonly extraHeader?: Buffer;
  readonly directories: readonly TiffDirectory[];
}

const longType = 4;
const bytesType = 7;

/** A file of directories that follow each other, as cameras and scanners write it. */
export function writeTiffLike({ littleEndian = true, mark = 42, extraHeader, directories }: TiffLikeFile): Buffer {
  const writer = new Writer(littleEndian);
  writer.append(Buffer.from(littleEndian ? 'II' : 'MM'));
  writer.append(writer.number(mark, 2));
  writer.append(Buffer.alloc(4));
  if (extraHeader) writer.append(extraHeader);
  writer.writeChain(directories, 4);
  return Buffer.concat(writer.parts);
}

/** A directory and what it refers to, with offsets that count from the beginning of `header`. */
export function writeDirectory(header: Buffer, directory: TiffDirectory): Buffer {
  const writer = new Writer(true);
  writer.append(header);
  writer.writeDirectory(directory);
  return Buffer.concat(writer.parts);
}

class Writer {
  readonly parts: Buffer[] = [];
  readonly #littleEndian: boolean;
  #length = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  append(bytes: Buffer): number {
    const offset = this.#length;
    this.parts.push(bytes);
    this.#length += bytes.length;
    return offset;
  }

  number(value: number, size: number): Buffer {
    const bytes = Buffer.alloc(size);
    if (this.#littleEndian) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  }

  /** `pointer` is where the offset of the first one belongs. */
  writeChain(directories: readonly TiffDirectory[], pointer: number): void {
    let place = pointer;
    for (const directory of directories) {
      const offset = this.writeDirectory(directory);
      this.#put(place, offset);
      place = offset + 2 + Object.keys(directory).length * 12;
    }
  }

  writeDirectory(directory: TiffDirectory): number {
    const entries = Object.entries(directory).map(([field, value]) => [Number(field), value] as const);
    const offset = this.append(Buffer.alloc(2 + entries.length * 12 + 4));
    this.#put(offset, entries.length, 2);
    entries.sort(([one], [other]) => one - other);
    entries.forEach(([field, value], index) => {
      this.#entry(offset + 2 + index * 12, field, value);
    });
    return offset;
  }

  #entry(at: number, field: number, value: Value): void {
    const bytes = this.#bytesOf(value);
    const type = Buffer.isBuffer(value) ? bytesType : longType;
    this.#put(at, field, 2);
    this.#put(at + 2, type, 2);
    this.#put(at + 4, type === longType ? bytes.length / 4 : bytes.length);
    if (bytes.length > 4) this.#put(at + 8, this.append(bytes));
    else this.#write(at + 8, bytes);
  }

  #bytesOf(value: Value): Buffer {
    if (Buffer.isBuffer(value)) return value;
    if (typeof value === 'number') return this.number(value, 4);
    if ('placeOf' in value) return this.number(this.append(value.placeOf), 4);
    return Buffer.concat(value.map((one) => this.number(typeof one === 'number' ? one : this.writeDirectory(one), 4)));
  }

  #put(at: number, value: number, size = 4): void {
    this.#write(at, this.number(value, size));
  }

  #write(at: number, bytes: Buffer): void {
    let start = 0;
    for (const part of this.parts) {
      if (at < start + part.length) {
        bytes.copy(part, at - start);
        return;
      }
      start += part.length;
    }
  }
}
