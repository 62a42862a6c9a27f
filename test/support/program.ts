import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectDirectory } from './project.js';

/** A program that a test left behind is ended after this long. On a busy machine one file of tests needs it for minutes. */
const lifetimeMs = 600_000;

export interface RunResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly url: string;
  readonly directory: string;
  readonly process: ChildProcess;
  /** What it printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<RunResult>;
}

/** A folder of its own for one test, gone when `body` has ended. */
export async function inTemporaryDirectory<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-test-'));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs the command line to its end, in `directory`, with nothing but the given variables about Proofsheet in its environment. */
export async function runProgram(
  args: readonly string[],
  directory: string,
  environment: Record<string, string> = {},
): Promise<RunResult> {
  return resultOf(startProcess(args, directory, environment));
}

/** A configuration that mounts the vault and nothing else. */
const vaultOnly = join(projectDirectory, 'test/support/vault-only.yml');

/** Starts the server on a free port with its data in `directory`; resolves when it says that it is ready. Only the vault, unless told. */
export async function startProgram(directory: string, environment: Record<string, string> = {}): Promise<RunningProgram> {
  return startServer(['serve'], directory, { PORT: '0', PROOFSHEET_CONFIG: vaultOnly, ...environment });
}

/** As somebody who has just installed it: nothing is configured. */
export async function startUnconfigured(directory: string): Promise<RunningProgram> {
  return startProgram(directory, { PROOFSHEET_CONFIG: '' });
}

/** Starts the server with this configuration, as YAML. */
export async function startConfigured(directory: string, config: string, environment: Record<string, string> = {}) {
  await writeFile(join(directory, 'test.yml'), config);
  return startProgram(directory, { PROOFSHEET_CONFIG: './test.yml', ...environment });
}

/** Starts any command that serves; resolves when it says that it is ready. */
export async function startServer(
  args: readonly string[],
  directory: string,
  environment: Record<string, string> = {},
): Promise<RunningProgram> {
  const child = startProcess(args, directory, environment);
  const ended = resultOf(child);
  const printed = collect(child);
  const url = await Promise.race([
    firstUrl(child),
    ended.then((result) => {
      throw new Error(`ended with ${result.status} before it was ready: ${result.stderr}`);
    }),
  ]);
  return {
    url,
    directory,
    process: child,
    output: () => ({ stdout: printed.stdout, stderr: printed.stderr }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

function startProcess(args: readonly string[], directory: string, environment: Record<string, string>): ChildProcess {
  const { PORT: _port, HOST: _host, PROOFSHEET_DATA: _data, PROOFSHEET_CONFIG: _config, ...inherited } = process.env;
  return spawn(join(projectDirectory, 'bin/proofsheet.cjs'), args, {
    cwd: directory,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: lifetimeMs,
    killSignal: 'SIGKILL',
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    printed.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    printed.stderr += chunk;
  });
  return printed;
}

async function resultOf(child: ChildProcess): Promise<RunResult> {
  const printed = collect(child);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...printed };
}

/** Not by reading the stream to its end: breaking out of that would close it. */
function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk;
      const url = /ready on (http:\S+)/.exec(printed)?.[1];
      if (url) resolve(url);
    });
  });
}
