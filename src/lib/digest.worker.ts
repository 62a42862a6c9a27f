import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** until: all bytes before this position are written. end: there are no more, tell the digest. */
export interface DigestRequest {
  readonly id: number;
  readonly fd: number;
  readonly until: number;
  readonly end: boolean;
}

export type DigestAnswer = { readonly id: number; readonly hex: string } | { readonly id: number; readonly failure: string };

interface Progress {
  readonly hash: Hash;
  position: number;
  failure: string | null;
}

/** Stays in the processor's cache between the read and the hash. */
const window = Buffer.allocUnsafeSlow(256 * 1024);
const files = new Map<number, Progress>();

parentPort?.on('message', (request: DigestRequest) => {
  const progress = files.get(request.id) ?? { hash: createHash('sha256'), position: 0, failure: null };
  files.set(request.id, progress);
  hashUntil(request, progress);
  if (!request.end) return;
  files.delete(request.id);
  parentPort?.postMessage(toAnswer(request.id, progress));
});

function hashUntil({ fd, until }: DigestRequest, progress: Progress): void {
  while (progress.failure === null && progress.position < until) {
    try {
      const read = readSync(fd, window, 0, Math.min(window.length, until - progress.position), progress.position);
      if (read === 0) throw new Error(`The file ends at byte ${progress.position}, before ${until}`);
      progress.hash.update(window.subarray(0, read));
      progress.position += read;
    } catch (error) {
      progress.failure = error instanceof Error ? error.message : String(error);
    }
  }
}

function toAnswer(id: number, { hash, failure }: Progress): DigestAnswer {
  return failure === null ? { id, hex: hash.digest('hex') } : { id, failure };
}
