import { Readable } from 'node:stream';
import type { Call, Log } from '../call.js';
import type { Changes } from '../catalog/changes.js';
import { openViewer } from '../identity/viewer.js';
import { readSample, type SampleName } from '../sandbox/samples.js';

/** Oldest first: lists begin with the newest. */
const names: readonly SampleName[] = ['notes.txt', 'floor-plan.pdf', 'market.png', 'lighthouse.webp', 'mountains.jpg'];
const container = { provider: 'vault', type: 'Folder', id: 'root' } as const;
const timeoutMs = 10_000;

/** What a new vault holds where nothing is configured, so that the first query has something to show. Never a reason not to start. */
export async function addVaultSamples(changes: Changes, log: Log): Promise<void> {
  const call: Call = { viewer: openViewer, signal: AbortSignal.timeout(timeoutMs), log };
  try {
    for (const filename of names) {
      const content = Readable.from([await readSample(filename)]);
      await changes.upload(container, { filename, content, digest: null }, 'FAIL', call);
    }
  } catch (err) {
    log.warn({ err }, 'the vault has no sample files');
  }
}
