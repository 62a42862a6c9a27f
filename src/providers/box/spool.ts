import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';

/** Content whose size and digest are known, to be read any number of times until it is released. */
export interface SpooledContent {
  readonly sizeBytes: number;
  readonly sha1: Buffer;
  /** From start until before end. */
  read(start: number, end: number): Readable;
  release(): Promise<void>;
}

/** What is not larger stays in memory. */
const memoryBytes = 1024 * 1024;
const pieceBytes = 256 * 1024;

/** Reads content to its end. What it fails with passes through, and leaves nothing. */
export async function spoolContent(content: Readable, directory: string, signal: AbortSignal): Promise<SpooledContent> {
  addAbortSignal(signal, content);
  const hash = createHash('sha1');
  const held: Buffer[] = [];
  let file: SpoolFile | null = null;
  let sizeBytes = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      held.push(chunk);
      if (sizeBytes <= memoryBytes) continue;
      file ??= await SpoolFile.open(directory);
      await file.append(held.splice(0));
    }
  } catch (error) {
    await file?.close();
    throw error;
  }
  const bytes = Buffer.concat(held);
  const own = file;
  return {
    sizeBytes,
    sha1: hash.digest(),
    read: (start, end) => own?.read(start, end) ?? Readable.from([bytes.subarray(start, end)], { objectMode: false }),
    release: async () => own?.close(),
  };
}

/** A temporary file that only this process can reach: it has no name any more where the system allows that. */
class SpoolFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(directory: string): Promise<SpoolFile> {
    const path = join(directory, `proofsheet-upload-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    // Where open files keep their names, close removes it.
    await rm(path).catch(() => {});
    return new SpoolFile(path, handle);
  }

  async append(chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) await this.handle.appendFile(chunk);
  }

  /** Streams of the system's own would close the file with themselves. */
  read(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
      const { bytesRead } = await this.handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) throw new Error('A temporary file ended early');
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
    await rm(this.path, { force: true });
  }
}
