import type { NativeId } from '../../src/attachment.js';
import { boxSettings, createBox } from '../../src/providers/box/index.js';
import type { Provider } from '../../src/providers/provider.js';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import type { ProviderHarness, SeedFile } from '../conformance/provider.js';

/** What an adapter of Box has. */
export type BoxProvider = Required<
  Omit<Provider, 'statMany' | 'count' | 'listUploadedRenditions' | 'openUploadedRendition' | 'writeRendition' | 'removeRendition'>
>;

export interface BoxSandbox {
  readonly provider: BoxProvider;
  readonly sandbox: RunningSandbox;
  readonly url: string;
  close(): Promise<void>;
}

export interface BoxSandboxOptions {
  readonly seed?: boolean;
  readonly tokenSeconds?: number;
  /** Besides the sandbox's addresses and its fixed token. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export const clientCredentials = { mode: 'clientCredentials', clientId: 'demo', clientSecret: 'demo', subjectId: '4096' };

/** An adapter over a sandbox of its own. */
export async function openBoxSandbox({ settings = {}, ...simulated }: BoxSandboxOptions = {}): Promise<BoxSandbox> {
  const sandbox = await startSandbox(simulateBox(simulated));
  const { url } = sandbox;
  const provider = createBox({
    name: 'box',
    account: 'box-test',
    sandbox: true,
    settings: boxSettings.parse({
      baseUrl: url,
      uploadUrl: `${url}/api`,
      credentials: { mode: 'service', token: 'sandbox-token' },
      ...settings,
    }),
  });
  return {
    provider: provider as BoxProvider,
    sandbox,
    url,
    close: async () => {
      await provider.close?.();
      await sandbox.close();
    },
  };
}

/** Files as Box's own clients put them into the root folder; their ids. */
export async function seedBox({ url }: BoxSandbox, files: readonly SeedFile[], folderId = '0'): Promise<readonly NativeId[]> {
  const ids: NativeId[] = [];
  for (const { filename, bytes } of files) {
    const form = new FormData();
    form.append('attributes', JSON.stringify({ name: filename, parent: { id: folderId } }));
    form.append('file', new Blob([bytes]), 'file');
    const headers = { authorization: 'Bearer sandbox-token' };
    const answer = await fetch(`${url}/api/2.0/files/content`, { method: 'POST', body: form, headers });
    const { entries } = (await answer.json()) as { readonly entries: readonly [{ readonly id: string }] };
    ids.push(entries[0].id);
  }
  return ids;
}

export const boxHarness: ProviderHarness = {
  start: async () => {
    const opened = await openBoxSandbox({ seed: false });
    return { provider: opened.provider, seed: (files) => seedBox(opened, files), close: opened.close };
  },
};
