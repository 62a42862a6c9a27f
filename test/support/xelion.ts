import { request } from 'undici';
import type { NativeId } from '../../src/attachment.js';
import type { Provider } from '../../src/providers/provider.js';
import { createXelion } from '../../src/providers/xelion/index.js';
import { type XelionSettings, xelionSettings } from '../../src/providers/xelion/settings.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateXelion, type XelionSandboxOptions } from '../../src/sandbox/xelion/index.js';
import type { ProviderHarness, SeedFile } from '../conformance/provider.js';

export interface XelionSandbox {
  readonly provider: Provider;
  readonly sandbox: RunningSandbox;
  /** With version and tenant. */
  readonly url: string;
  close(): Promise<void>;
}

export interface XelionSandboxSetup extends XelionSandboxOptions {
  readonly settings?: Partial<XelionSettings>;
}

/** The adapter over a running sandbox, as its administrator. */
export async function openXelionSandbox({ settings, ...options }: XelionSandboxSetup = {}): Promise<XelionSandbox> {
  const sandbox = await startSandbox(simulateXelion(options));
  const url = `${sandbox.url}/api/v1/master`;
  const provider = adapterOf(url, settings);
  const close = async () => {
    await provider.close?.();
    await sandbox.close();
  };
  return { provider, sandbox, url, close };
}

export function adapterOf(baseUrl: string, settings: Partial<XelionSettings> = {}): Provider {
  const credentials = { mode: 'service', token: 'sandbox-token' };
  const parsed = xelionSettings.parse({ baseUrl, credentials, ...settings });
  return createXelion({ name: 'xelion', account: 'xelion-test', sandbox: true, settings: parsed });
}

export const xelionHarness: ProviderHarness = {
  start: async () => {
    const sandbox = await startSandbox(simulateXelion({ seed: false }));
    const url = `${sandbox.url}/api/v1/master`;
    const uploadRoom = await createGroup(url, 'Files');
    const provider = adapterOf(url, { uploadRoom });
    return {
      provider,
      seed: async (files) => {
        const ids: NativeId[] = [];
        for (const file of files) ids.push(await sendFile(url, uploadRoom, file));
        return ids;
      },
      close: async () => {
        await provider.close?.();
        await sandbox.close();
      },
    };
  },
};

/** What the server answers to the administrator, unless told; the body as JSON, or null. */
export async function ask(
  url: string,
  { method = 'GET', body, token = 'sandbox-token' }: { method?: string; body?: unknown; token?: string | null } = {},
): Promise<{ readonly status: number; readonly body: never }> {
  const headers = { ...(token === null ? {} : { authorization: `xelion ${token}` }), 'content-type': 'application/json' };
  const answer = await request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await answer.body.text();
  return { status: answer.statusCode, body: (text === '' ? null : JSON.parse(text)) as never };
}

export async function createGroup(url: string, name: string): Promise<string> {
  const { body } = await ask(`${url}/chats/group`, { method: 'POST', body: { name } });
  return (body as { object: { oid: string } }).object.oid;
}

/** In base64, as the adapter never does it. */
export async function sendFile(url: string, chat: string, { filename, contentType, bytes }: SeedFile): Promise<NativeId> {
  const contentsB64String = Buffer.from(bytes).toString('base64');
  const attachment = { originalLocation: filename, commonName: filename, mimeType: contentType, contentsB64String };
  const { body } = await ask(`${url}/chats/${chat}/messages`, { method: 'POST', body: { attachment } });
  const { oid, attachments } = (body as { object: { oid: string; attachments: { oid: string }[] } }).object;
  return `${oid}-${attachments[0]?.oid}`;
}
