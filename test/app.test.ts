import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createApp } from '../src/app.js';
import { parseConfig } from '../src/config.js';
// Loaded one after the other beforehand: Jest cannot load two at once when the app asks for them.
import '../src/sandbox/box/index.js';
import '../src/sandbox/oracle-content/index.js';
import '../src/sandbox/virola/index.js';
import '../src/sandbox/xelion/index.js';
import { inTemporaryDirectory } from './support/program.js';

describe('An app that cannot be put together', () => {
  it('leaves nothing open: no sandbox, no lock on its data', () =>
    inTemporaryDirectory(async (directory) => {
      const before = openServers();
      const config = parseConfig('server: { logLevel: silent }', { PROOFSHEET_DATA: directory, PORT: '0' });
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'signing-keys.json'), 'damaged');
      await expect(createApp(config)).rejects.toThrow('does not hold signing keys');
      await untilOpenServers(before);
      await writeFile(join(directory, 'signing-keys.json'), JSON.stringify([{ id: 'one', secret: 'x'.repeat(32) }]));
      const app = await createApp(config);
      expect(openServers()).toBe(before + 4);
      await app.close();
      await untilOpenServers(before);
    }));
});

function openServers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
}

/** The system lets go of a server a little after it was closed. Jest's own timeout ends the wait. */
async function untilOpenServers(count: number): Promise<void> {
  while (openServers() !== count) await setTimeout(5);
}
