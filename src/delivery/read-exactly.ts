import type { FileHandle } from 'node:fs/promises';

/** Fills all of `bytes` from a place of a file on: a file that is shorter is an error, not a shorter answer. */
export async function readExactly(file: FileHandle, bytes: Buffer, start: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) throw new Error(`A file ends at ${start + done} bytes, before ${start + bytes.length}`);
    done += bytesRead;
  }
}
