import { open } from 'node:fs/promises';

/** These bytes of a file, all of them: a file that is shorter is an error, not a shorter answer. */
export async function readExactly(path: string, start: number, lengthBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(lengthBytes);
  const file = await open(path, 'r');
  try {
    for (let done = 0; done < lengthBytes; ) {
      const { bytesRead } = await file.read(bytes, done, lengthBytes - done, start + done);
      if (bytesRead === 0) throw new Error(`A file ends at ${start + done} bytes, before ${start + lengthBytes}`);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes;
}
