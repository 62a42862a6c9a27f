import { describe, expect, it } from '@jest/globals';
import { inTemporaryDirectory, startConfigured, startProgram, startUnconfigured } from '../support/program.js';
import { query } from '../support/query.js';

interface Files {
  readonly attachments: { readonly nodes: readonly { readonly id: string; readonly filename: string }[] };
}

describe('A start without any configuration', () => {
  it('says that the vault and a sandbox of each system are mounted', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startUnconfigured(directory);
      const { data } = await query<{ providers: readonly { name: string; sandbox: boolean }[] }>(
        program.url,
        '{ providers { name sandbox } }',
      );
      const { stdout } = await program.stop();
      for (const { name } of data.providers) expect(stdout).toContain(name);
      expect(data.providers.filter(({ sandbox }) => sandbox).map(({ name }) => name)).toEqual([
        'box',
        'oracle-content',
        'xelion',
        'virola',
      ]);
    }));

  it('puts sample files into a new vault, and never again when they were deleted', () =>
    inTemporaryDirectory(async (directory) => {
      const first = await startUnconfigured(directory);
      const files = await filesOf(first.url);
      expect(files.map(({ filename }) => filename)).toContain('mountains.jpg');
      for (const { id } of files) {
        await query(first.url, `mutation { deleteAttachment(input: { attachment: "${id}", permanently: true }) { deletedId } }`);
      }
      await first.stop();
      const second = await startUnconfigured(directory);
      expect(await filesOf(second.url)).toEqual([]);
      await second.stop();
    }));

  it('puts none into a vault that was there before', () =>
    inTemporaryDirectory(async (directory) => {
      await (await startProgram(directory)).stop();
      const program = await startUnconfigured(directory);
      expect(await filesOf(program.url)).toEqual([]);
      await program.stop();
    }));
});

describe('A start with a configuration', () => {
  it('puts nothing into the vault', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, 'sandboxes: [virola]');
      expect(await filesOf(program.url)).toEqual([]);
      await program.stop();
    }));
});

async function filesOf(url: string): Promise<Files['attachments']['nodes']> {
  const { data } = await query<Files>(url, '{ attachments(filter: { providers: ["vault"] }) { nodes { id filename } } }');
  return data.attachments.nodes;
}
