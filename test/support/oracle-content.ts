import { FormData, request } from 'undici';
import type { NativeId } from '../../src/attachment.js';
import { createOracleContent } from '../../src/providers/oracle-content/index.js';
import { type OracleContentSettings, oracleContentSettings } from '../../src/providers/oracle-content/settings.js';
import type { Provider } from '../../src/providers/provider.js';
import { type OracleContentOptions, simulateOracleContent } from '../../src/sandbox/oracle-content/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import type { ProviderHarness, SeedFile } from '../conformance/provider.js';

export interface OracleContentSandboxOptions extends OracleContentOptions {
  /** They may name the sandbox's address. The token of demo where absent. */
  readonly credentials?: (url: string) => OracleContentSettings['credentials'];
}

export interface OracleContentSandbox {
  readonly provider: Required<Omit<Provider, 'count' | 'restore'>>;
  readonly sandbox: RunningSandbox;
  readonly url: string;
  /** Uploads files to the home folder, or another one, one after the other; their ids. */
  put(files: readonly SeedFile[], folder?: NativeId): Promise<readonly NativeId[]>;
  close(): Promise<void>;
}

/** An adapter over a running sandbox. */
export async function openOracleContentSandbox(options: OracleContentSandboxOptions = {}): Promise<OracleContentSandbox> {
  const sandbox = await startSandbox(simulateOracleContent({ pagesDelayMs: 0, ...options }));
  const { url } = sandbox;
  const credentials = options.credentials?.(url) ?? { mode: 'service', token: 'sandbox-token' };
  const settings = oracleContentSettings.parse({ baseUrl: url, credentials });
  const provider = createOracleContent({ name: 'oracle', account: 'oracle', sandbox: true, settings });
  return {
    provider: provider as OracleContentSandbox['provider'],
    sandbox,
    url,
    put: async (files, folder = 'self') => {
      const ids: NativeId[] = [];
      for (const file of files) ids.push(await put(url, file, folder));
      return ids;
    },
    close: async () => {
      await provider.close?.();
      await sandbox.close();
    },
  };
}

export const oracleContentHarness: ProviderHarness = {
  start: async () => {
    const { provider, put, close } = await openOracleContentSandbox({ seed: false });
    return { provider, seed: put, close };
  },
};

/** As a browser does it. */
async function put(url: string, { filename, contentType, bytes }: SeedFile, folder: NativeId): Promise<NativeId> {
  const body = new FormData();
  body.append('jsonInputParameters', JSON.stringify({ parentID: folder }));
  body.append('primaryFile', new Blob([bytes], { type: contentType }), filename);
  const answer = await request(`${url}/documents/api/1.2/files/data`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-token' },
    body,
  });
  const { id } = (await answer.body.json()) as { readonly id: NativeId };
  return id;
}
