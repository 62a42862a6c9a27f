import { type ChildProcess, spawn } from 'node:child_process';
import { giveWayIn } from '../../lib/give-way.js';
import { whenAborted } from '../../lib/when-aborted.js';

export interface ProgramLimits {
  readonly timeoutMs: number;
  /** Address space; holds where the system's shell can set it, as on Linux. */
  readonly maxMemoryBytes: number;
}

export interface ProgramEnd {
  /** null: a signal ended it. */
  readonly exitCode: number | null;
  readonly isTooSlow: boolean;
  /** The beginning of what it printed as errors. */
  readonly errors: string;
}

/** As shells say it of a program that they cannot find or start. */
const notStarted: readonly (number | null)[] = [126, 127];
const maxErrorChars = 4096;

/**
 * The limits outlive whoever sets them: no core dump, no byte written to a file, so much processor time and address space. Nothing
 * of the environment but PATH reaches the program, for ffmpeg would write a report where a variable says so. Its many threads share one
 * arena, since each of their own would take 128 MiB of the address space.
 */
const limited = [
  'ulimit -c 0; ulimit -f 0; ulimit -t "$1"; ulimit -v "$2" 2>/dev/null',
  'shift 2; exec env -i PATH="$PATH" MALLOC_ARENA_MAX=1 "$@"',
].join('; ');

/**
 * Runs a program to its end, with nothing to read. Rejects with the signal's reason, or with what `onOutput` throws; by then the program
 * has really ended.
 */
export function runProgram(
  command: readonly string[],
  { timeoutMs, maxMemoryBytes }: ProgramLimits,
  signal: AbortSignal,
  onOutput: (chunk: Buffer) => void,
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const cpuSeconds = Math.ceil(timeoutMs / 1000) + 1;
  const args = ['-c', limited, 'sh', `${cpuSeconds}`, `${Math.floor(maxMemoryBytes / 1024)}`, ...command];
  const child = spawn('/bin/sh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  giveWayIn(child.pid);
  return new Promise((resolve, reject) => {
    let failure: { readonly reason: unknown } | null = null;
    let isTooSlow = false;
    const fail = (reason: unknown) => {
      failure ??= { reason };
      child.kill('SIGKILL');
    };
    const stay = whenAborted(signal, () => fail(signal.reason));
    const timer = setTimeout(() => {
      isTooSlow = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const errors = collectErrors(child);
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        if (!failure) onOutput(chunk);
      } catch (error) {
        fail(error);
      }
    });
    child.once('error', fail);
    child.once('close', (exitCode, endedBy) => {
      clearTimeout(timer);
      stay();
      if (failure) reject(failure.reason);
      else resolve({ exitCode, isTooSlow: isTooSlow || endedBy === 'SIGXCPU', errors: errors() });
    });
  });
}

export function wasNotStarted({ exitCode }: ProgramEnd): boolean {
  return notStarted.includes(exitCode);
}

function collectErrors(child: ChildProcess): () => string {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (errors.length < maxErrorChars) errors += chunk.toString('utf8');
  });
  return () => errors.slice(0, maxErrorChars);
}
