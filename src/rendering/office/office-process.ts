import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isErrno } from '../../lib/errno.js';
import { giveWayIn } from '../../lib/give-way.js';
import type { ThreadAnswer, ThreadJob } from '../threads/answer.js';
import type { PoolWorker } from '../threads/worker-pool.js';
import { cannotStart } from './refusals.js';

/** Paths of the source and of the PDF that is to be made. */
export interface OfficeJob extends ThreadJob {
  readonly pdfPath: string;
  readonly maxPages: number;
}

const problems = ['encrypted', 'unknown', 'damaged', 'memory'] as const;

/** How many pages the source has, or why there is no PDF. */
export type OfficeResult = { readonly pageCount: number } | { readonly problem: (typeof problems)[number] };

export interface OfficeProgram {
  readonly python: string;
  readonly programFolder: string;
  readonly maxMemoryBytes: number;
  /** Not there yet; it is gone when the process is. */
  readonly folder: string;
  /** Told whether there is no network for LibreOffice. */
  readonly onBegun: (offline: boolean) => void;
}

const driver = fileURLToPath(new URL('./driver.py', import.meta.url));
const begunSchema = z.object({ offline: z.boolean() });
const answerSchema = z.intersection(
  z.object({ memoryBytes: z.int() }),
  z.union([z.object({ pageCount: z.int() }), z.object({ problem: z.enum(problems) })]),
);
/** LibreOffice takes a second or two; a machine that is very busy takes longer. */
const startTimeoutMs = 60_000;
const endTimeoutMs = 5000;
/** It grows with every document, and what one has left behind should not meet many others. */
const maxDocuments = 200;

/** A LibreOffice and the driver that speaks to it, in a process group of their own. It holds this process open only while it works. */
export class OfficeProcess implements PoolWorker<OfficeJob, OfficeResult> {
  readonly ready: Promise<void>;
  readonly #program: OfficeProgram;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #lines: AsyncIterator<string>;
  #memoryBytes = 0;
  #documents = 0;

  /** `onExit` is told when it ended, whether asked to or not. */
  constructor(program: OfficeProgram, onExit: (ended: OfficeProcess) => void) {
    this.#program = program;
    const { python, programFolder, folder, maxMemoryBytes } = program;
    this.#child = spawn(python, [driver, programFolder, folder, String(maxMemoryBytes)], {
      // Python writes no compiled copies beside the driver, and takes no modules from anywhere else.
      env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    giveWayIn(this.#child.pid);
    this.#child.stdin?.on('error', () => {});
    this.#gone = once(this.#child, 'close').then(
      () => {},
      () => {},
    );
    const output = this.#child.stdout;
    if (!output) throw new Error('The driver has no standard output');
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
    this.ready = this.#begin();
    this.ready.catch(() => {});
    void this.#gone.then(() => onExit(this));
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  hasOpen(): boolean {
    return false;
  }

  async run({ path, pdfPath, maxPages }: OfficeJob): Promise<ThreadAnswer<OfficeResult>> {
    this.#child.stdin?.write(`${JSON.stringify({ source: path, pdf: pdfPath, maxPages })}\n`);
    const { memoryBytes, ...result } = answerSchema.parse(await this.#nextLine());
    this.#memoryBytes = memoryBytes;
    this.#documents += 1;
    const spent = this.#documents >= maxDocuments || memoryBytes > this.#program.maxMemoryBytes / 2;
    return { ok: true, result, report: { memoryBytes, opened: true, spent } };
  }

  /** The driver ends LibreOffice with itself, whatever that is doing; should it not, the whole group is killed. */
  async end(): Promise<void> {
    const { pid, stdin } = this.#child;
    this.#child.ref();
    stdin?.end();
    const timer = setTimeout(() => pid !== undefined && killGroup(pid), endTimeoutMs);
    await this.#gone;
    clearTimeout(timer);
    await rm(this.#program.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #begin(): Promise<void> {
    const timer = setTimeout(() => void this.end(), startTimeoutMs);
    try {
      this.#program.onBegun(begunSchema.parse(await this.#nextLine()).offline);
    } catch (error) {
      throw cannotStart(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #nextLine(): Promise<unknown> {
    this.#hold('ref');
    const { done, value } = await this.#lines.next();
    this.#hold('unref');
    if (done) throw new Error('LibreOffice ended');
    return JSON.parse(value);
  }

  #hold(how: 'ref' | 'unref'): void {
    const { stdin, stdout } = this.#child;
    this.#child[how]();
    for (const stream of [stdin, stdout]) if (stream instanceof Socket) stream[how]();
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}
