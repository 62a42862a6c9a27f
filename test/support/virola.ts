import { FormData, request } from 'undici';
import type { NativeId } from '../../src/attachment.js';
import type { Provider } from '../../src/providers/provider.js';
import { createVirola } from '../../src/providers/virola/index.js';
import { virolaSettings } from '../../src/providers/virola/settings.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola, type VirolaOptions } from '../../src/sandbox/virola/index.js';
import type { ProviderHarness, SeedFile } from '../conformance/provider.js';

export type Virola = Required<
  Pick<
    Provider,
    | 'name'
    | 'facts'
    | 'scope'
    | 'stat'
    | 'open'
    | 'check'
    | 'list'
    | 'statContainer'
    | 'listContainers'
    | 'write'
    | 'remove'
    | 'close'
  >
>;

export interface VirolaSandbox {
  readonly provider: Virola & Provider;
  readonly sandbox: RunningSandbox;
  readonly url: string;
  close(): Promise<void>;
}

export interface VirolaSandboxOptions extends VirolaOptions {
  /** In the place of the token that always works. */
  readonly settings?: object;
}

/** The adapter over a server that runs in this process. Uploads go to room 2 by default. */
export async function openVirolaSandbox({ settings = {}, ...options }: VirolaSandboxOptions = {}): Promise<VirolaSandbox> {
  const sandbox = await startSandbox(simulateVirola(options));
  const parsed = virolaSettings.parse({
    baseUrl: sandbox.url,
    credentials: { mode: 'service', token: 'sandbox-token' },
    uploadRoom: 2,
    ...settings,
  });
  const provider = createVirola({ name: 'virola', account: 'virola-1', sandbox: true, settings: parsed }) as Virola & Provider;
  const close = async () => {
    await provider.close();
    await sandbox.close();
  };
  return { provider, sandbox, url: sandbox.url, close };
}

export const virolaHarness: ProviderHarness = {
  start: async () => {
    const { provider, url, close } = await openVirolaSandbox({ seed: false });
    const seed = async (files: readonly SeedFile[]) => {
      const ids: NativeId[] = [];
      for (const file of files) ids.push(await sendFile(url, file));
      return ids;
    };
    return { provider, seed, close };
  },
};

/** As a person does: a message, and the file in it. */
export async function sendFile(url: string, { filename, contentType, bytes }: SeedFile, room = 2): Promise<NativeId> {
  await postMessage(url, filename, room);
  const { messageId } = await newestMessage(url, room);
  const body = new FormData();
  body.append('files', new Blob([bytes], { type: contentType }), filename);
  await answerOf(url, 'POST', `/messages/${messageId}/attachments`, { body });
  return `${(await newestMessage(url, room)).attachments.at(-1)?.attachmentId}`;
}

export async function postMessage(url: string, content: string, room = 2): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await answerOf(url, 'POST', `/rooms/${room}/messages`, { headers, body: JSON.stringify({ content }) });
}

export interface SandboxMessage {
  readonly messageId: number;
  readonly text: string;
  readonly attachments: readonly { readonly attachmentId: number; readonly fileName: string }[];
}

export async function messagesOf(url: string, room = 2): Promise<readonly SandboxMessage[]> {
  return ((await answerOf(url, 'GET', `/rooms/${room}/messages`)) as { messages: readonly SandboxMessage[] }).messages;
}

async function newestMessage(url: string, room: number): Promise<SandboxMessage> {
  const message = (await messagesOf(url, room)).at(-1);
  if (!message) throw new Error('The room is empty');
  return message;
}

async function answerOf(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  { headers = {}, body = null }: { readonly headers?: Record<string, string>; readonly body?: FormData | string | null } = {},
): Promise<unknown> {
  const authorization = 'Bearer sandbox-token';
  const answer = await request(`${url}/api/v1${path}`, { method, headers: { authorization, ...headers }, body });
  if (answer.statusCode !== 200) throw new Error(`The sandbox answered ${answer.statusCode}`);
  return answer.body.json();
}
