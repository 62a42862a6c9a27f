import { readdirSync } from 'node:fs';
import { availableParallelism, getPriority, platform } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { inTemporaryDirectory, startProgram } from '../support/program.js';

const poolThreads = 2 * availableParallelism() + 4;

(platform() === 'linux' ? describe : describe.skip)(
  'The server (skipped elsewhere: only Linux gives threads a priority of their own)',
  () => {
    it('answers on a thread that those give way to which draw', async () => {
      await inTemporaryDirectory(async (directory) => {
        const program = await startProgram(directory);
        const answering = Number(program.process.pid);
        const threads = readdirSync(`/proc/${answering}/task`).map(Number);
        const giving = threads.filter((thread) => getPriority(thread) > getPriority(answering));
        await program.stop();
        expect(giving.length).toBe(poolThreads);
      });
    });
  },
);
