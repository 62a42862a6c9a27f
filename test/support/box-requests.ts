import { afterEach, beforeEach } from '@jest/globals';
import sharp from 'sharp';
import { FormData, fetch, type RequestInit, type Response } from 'undici';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';

const authorization = 'Bearer sandbox-token';

let running: RunningSandbox | undefined;

/** Serves a seeded sandbox to each test of the file that calls it. */
export function serveBox(): void {
  beforeEach(async () => {
    running = await startSandbox(simulateBox());
  });
  afterEach(() => running?.close());
}

/** The one that is served now. */
export function boxSandbox(): RunningSandbox {
  if (!running) throw new Error('No sandbox is served');
  return running;
}

/** With the fixed token, to a path or an address; redirects are not followed. */
export function send(path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}): Promise<Response> {
  const url = path.startsWith('http') ? path : `${boxSandbox().url}${path}`;
  return fetch(url, { redirect: 'manual', ...init, headers: { authorization, ...init.headers } });
}

export function sendJson(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return send(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
}

export async function json(answer: Response | Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>;
}

export async function upload(attributes: object, bytes: Buffer | string, path = '/api/2.0/files/content'): Promise<Response> {
  const form = new FormData();
  form.append('attributes', JSON.stringify(attributes));
  form.append('file', new Blob([Buffer.from(bytes)]), 'file');
  return send(path, { method: 'POST', body: form });
}

export async function pictureIn(answer: Response) {
  const { format, width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  return { format, longest: Math.max(width, height) };
}
