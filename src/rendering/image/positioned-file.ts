import { type FileHandle, open } from 'node:fs/promises';

/** A file that is read here and there. */
export class PositionedFile {
  readonly #handle: FileHandle;
  readonly sizeBytes: number;

  private constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  /** Open as long as `use` takes. */
  static async use<T>(path: string, use: (file: PositionedFile) => Promise<T>): Promise<T> {
    const handle = await open(path);
    try {
      return await use(new PositionedFile(handle, (await handle.stat()).size));
    } finally {
      await handle.close();
    }
  }

  /** Fewer bytes where the file ends before; none beyond its end. */
  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.sizeBytes - position));
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(wanted), 0, wanted, position);
    return buffer.subarray(0, bytesRead);
  }
}
