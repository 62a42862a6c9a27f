import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../bin/proofsheet.cjs', import.meta.url));

/** Starts the built program on a free port with a data folder of its own, for as long as `body(url)` takes. */
export async function withServer(config, body) {
  const data = await mkdtemp(join(tmpdir(), 'proofsheet-server-'));
  const server = spawn(program, ['serve'], {
    env: { ...process.env, PORT: '0', PROOFSHEET_DATA: data, PROOFSHEET_CONFIG: config },
    cwd: data,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    return await body(await readyUrl(server));
  } finally {
    server.kill();
    await ended;
    await rm(data, { recursive: true, force: true });
  }
}

function readyUrl(server) {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.once('exit', () => reject(new Error('The server ended before it was ready')));
    server.stdout.on('data', (chunk) => {
      printed += chunk;
      const url = /ready on (http:\S+)/.exec(printed)?.[1];
      if (url) resolve(url);
    });
  });
}
