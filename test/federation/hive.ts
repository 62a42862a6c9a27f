import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectDirectory } from '../support/project.js';
import type { Listening } from './listening.js';

/** A Hive Gateway over a supergraph, in a process of its own. Its address is without a path. */
export async function startHiveGateway(supergraph: string): Promise<Listening> {
  const program = join(projectDirectory, 'test/federation/hive-gateway.mjs');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(supergraph);
  const firstLine = once(createInterface(child.stdout), 'line');
  const [line] = await Promise.race([firstLine, ended.then(([status]) => [`It ended with ${status}`])]);
  const url = /ready on (http:\S+)/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`The gateway did not start: ${line}`);
  return {
    url,
    close: async () => {
      // Asked politely it goes on for as long as somebody could still connect.
      child.kill('SIGKILL');
      await ended;
    },
  };
}
