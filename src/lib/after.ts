import { setTimeout } from 'node:timers/promises';

/** Resolves after ms; rejects with the signal's reason when it fires first. Never holds the process open. */
export async function after(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal, ref: false });
  } catch {
    signal.throwIfAborted();
  }
}
