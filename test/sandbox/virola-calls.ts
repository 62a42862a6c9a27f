import { FormData, request } from 'undici';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';

export const bearer = { authorization: 'Bearer sandbox-token' };
export const denied = { errorText: 'Permission denied', httpStatusCode: 403 };
export const done = { httpStatusCode: 200 };

export interface WireMessage {
  readonly messageId: number;
  readonly text: string;
  readonly roomId: number;
  readonly attachments: readonly { readonly attachmentId: number; readonly fileName: string; readonly attachmentState: string }[];
  readonly [field: string]: unknown;
}

type Method = 'GET' | 'POST' | 'DELETE';
type Options = { readonly headers?: Record<string, string>; readonly body?: FormData | string };

/** A sandbox of its own, and calls to it with the bearer of its user where no other headers are given. */
export class VirolaCalls {
  private constructor(readonly sandbox: RunningSandbox) {}

  static async open(): Promise<VirolaCalls> {
    return new VirolaCalls(await startSandbox(simulateVirola()));
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  async send(method: Method, path: string, { headers = bearer, body }: Options = {}) {
    const answer = await request(`${this.sandbox.url}/api/v1${path}`, { method, headers, body: body ?? null });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, headers: answer.headers, bytes };
  }

  async json(method: Method, path: string, options?: Options) {
    const { status, bytes } = await this.send(method, path, options);
    return { status, body: JSON.parse(bytes.toString()) };
  }

  post(path: string, body: object, headers: Record<string, string> = bearer) {
    return this.json('POST', path, { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  async messages(path: string, query = ''): Promise<readonly WireMessage[]> {
    return (await this.json('GET', `${path}?${query}`)).body.messages;
  }

  async newest(path = '/rooms/2/messages'): Promise<WireMessage> {
    const [message] = await this.messages(path, 'limit=1&direction=backward');
    if (!message) throw new Error('There is no message');
    return message;
  }

  async login(userName = 'demo', password = 'demo'): Promise<Record<string, string>> {
    const body = JSON.stringify({ userName, password });
    const { headers } = await this.send('POST', '/login', { headers: { 'content-type': 'application/json' }, body });
    return { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
  }
}

export function form(...files: readonly (readonly [field: string, filename: string, content: string])[]): FormData {
  const data = new FormData();
  for (const [field, filename, content] of files) data.append(field, new Blob([content], { type: 'text/plain' }), filename);
  return data;
}
