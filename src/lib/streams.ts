import type { Readable } from 'node:stream';

/**
 * Gives every chunk to `take`, whole and uncopied; the stream waits while a promise that `take` returned is open. Resolves at the
 * stream's end. When `take` fails, the stream is destroyed without an error: `errored` then still tells failures of its own.
 */
export function forEachChunk(stream: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEnd = () => resolve();
    const onClose = () => {
      if (!stream.readableEnded) reject(stream.errored ?? new Error('The stream was closed before its end'));
    };
    if (stream.readableEnded) return onEnd();
    if (stream.closed) return onClose();
    const fail = (error: unknown) => {
      reject(error);
      stream.destroy();
    };
    const onData = (chunk: Buffer) => {
      try {
        const taking = take(chunk);
        if (!taking) return;
        stream.pause();
        taking.then(() => stream.resume(), fail);
      } catch (error) {
        fail(error);
      }
    };
    stream.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  });
}

/**
 * The first `bytes` bytes of a stream, or all of a shorter one, which stay in the stream for its reader.
 * Rejects with the error that the stream fails with meanwhile. An error that comes later is met by the reader.
 */
export function peek(stream: Readable, bytes: number): Promise<Buffer> {
  stream.on('error', leaveToReader);
  return new Promise((resolve, reject) => {
    const settle = (answer: () => void) => {
      stream.off('readable', onReadable).off('end', onEnd).off('error', reject).off('close', onClose);
      answer();
    };
    // read(n) gives null until n bytes or the end are there. Put back at once, the bytes also keep 'end' from being emitted.
    const onReadable = () => {
      const head: Buffer | null = stream.read(bytes);
      if (head === null) return;
      stream.unshift(head);
      settle(() => resolve(head));
    };
    const onEnd = () => settle(() => resolve(Buffer.alloc(0)));
    const onClose = () => settle(() => reject(stream.errored ?? new Error('The stream was closed before its end')));
    if (stream.readableEnded) return onEnd();
    if (stream.destroyed) return onClose();
    stream.on('readable', onReadable).on('end', onEnd).on('error', reject).on('close', onClose);
  });
}

/** Between the first bytes and the rest a stream may fail while nobody listens; its destroyed state tells the reader. */
function leaveToReader(): void {}
