import { readlinkSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { setPriority } from 'node:os';

/**
 * Drawing gives way to answering: with as many pictures in work as there are cores, the thread that answers would get a half of one.
 * A thread of this niceness gets a tenth of what one without gets where both want a core, and all of it otherwise.
 * Linux gives each thread a priority of its own and tells each thread its number; elsewhere nothing here changes anything.
 */
const niceness = 10;
const ownThread = '/proc/thread-self';
const readsARound = 64;
/** Of reading until every thread has been met; a few are enough. */
const maxRounds = 200;

/** The calling thread gives way. */
export function giveWay(): void {
  try {
    yieldTo(readlinkSync(ownThread));
  } catch {
    // Not Linux, or /proc is hidden.
  }
}

/** A process that was just started, and all its threads to come, give way. */
export function giveWayIn(pid: number | undefined): void {
  if (pid !== undefined) yieldTo(`${pid}`);
}

/** The `size` threads that libuv runs files and pictures on give way. */
export async function giveWayInPool(size: number): Promise<void> {
  const met = new Set<string>();
  for (let round = 0; round < maxRounds && met.size < size; round += 1) {
    const reads = Array.from({ length: readsARound }, () => readlink(ownThread).catch(() => null));
    for (const thread of await Promise.all(reads)) {
      if (thread === null) return;
      if (!met.has(thread)) yieldTo(thread);
      met.add(thread);
    }
  }
}

/** `thread`: "<process>/task/<thread>", or the number of a process. */
function yieldTo(thread: string): void {
  try {
    setPriority(Number(thread.slice(thread.lastIndexOf('/') + 1)), niceness);
  } catch {
    // It has ended meanwhile, or is slower than that already.
  }
}
