import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectDirectory } from '../support/project.js';

export interface RunningScript {
  /** Without a path. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** Runs a script of the project that listens on any free port and says "ready on http://…"; `input` is what it reads. */
export async function startScript(path: string, input = ''): Promise<RunningScript> {
  const env = { ...process.env, PORT: '0' };
  const child = spawn(process.execPath, [join(projectDirectory, path)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(input);
  const firstLine = once(createInterface(child.stdout), 'line');
  const [line] = await Promise.race([firstLine, ended.then(([status]) => [`It ended with ${status}`])]);
  const origin = /ready on (http:\/\/[^/\s]+)/.exec(String(line))?.[1];
  if (origin === undefined) throw new Error(`${path} did not start: ${line}`);
  return {
    origin,
    stop: async () => {
      // Asked politely a gateway goes on for as long as somebody could still connect.
      child.kill('SIGKILL');
      await ended;
    },
  };
}
