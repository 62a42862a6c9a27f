import type { ThreadJob } from './answer.js';
import { RenderThread, type ThreadProgram } from './thread.js';
import { type PoolSettings, type PoolWords, WorkerPool } from './worker-pool.js';

export type { PoolSettings, PoolStats, PoolWords } from './worker-pool.js';

/** Runs jobs in threads of this process. */
export class ThreadPool<Job extends ThreadJob, Result> extends WorkerPool<Job, Result> {
  constructor(program: ThreadProgram, settings: PoolSettings, words: PoolWords) {
    super((onExit) => new RenderThread<Job, Result>(program, onExit), settings, words);
  }
}
