import type { Log } from '../call.js';
import type { KeyedQueue } from '../lib/keyed-queue.js';
import type { BlobStore } from './blobs/blob-store.js';
import type { MetadataStore } from './metadata/metadata-store.js';

export interface SweepParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  /** One turn per digest: its bytes are never removed while somebody stores the same bytes. */
  readonly digests: KeyedQueue;
  readonly log: Log;
}

const keepFailedMs = 7 * 24 * 3600 * 1000;
const keepFailed = 1_000;
const garbageBatch = 100;

/** Removes what a crash, a failed upload or a deletion left behind. */
export class Sweep {
  constructor(private readonly parts: SweepParts) {}

  /** Before the first write: whatever was running when the last process ended had no end. */
  async atStart(): Promise<void> {
    const { metadata, blobs, log } = this.parts;
    const files = await blobs.sweep();
    const uploads = await metadata.dropRunningUploads();
    if (files + uploads > 0) log.info({ files, uploads }, 'swept unfinished uploads of an earlier run');
    await this.dropOldFailures();
    await this.collectGarbage();
  }

  async dropOldFailures(): Promise<void> {
    await this.parts.metadata.dropFailedUploads({ before: new Date(Date.now() - keepFailedMs), keep: keepFailed });
  }

  /** Never fails its caller, whose change is done: what could not be removed is tried again the next time. */
  async collectGarbage(): Promise<void> {
    const { metadata, log } = this.parts;
    try {
      for (
        let digests = await metadata.listGarbage(garbageBatch);
        digests.length > 0;
        digests = await metadata.listGarbage(garbageBatch)
      ) {
        for (const digest of digests) await this.#remove(digest);
      }
    } catch (error) {
      log.warn({ err: error }, 'could not remove bytes that nothing names any more');
    }
  }

  async #remove(digest: string): Promise<void> {
    const { metadata, blobs, digests } = this.parts;
    await digests.run(digest, async () => {
      if (!(await metadata.isGarbage(digest))) return;
      await blobs.remove(digest);
      await metadata.forgetGarbage(digest);
    });
  }
}
