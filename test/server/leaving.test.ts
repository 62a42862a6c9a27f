import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { FormData, request } from 'undici';
import { inTemporaryDirectory, startConfigured } from '../support/program.js';

/** px of an edge; noise of this size takes a second or two to draw. */
const edge = 6000;

describe('A client that leaves', () => {
  it('does not end the program when it waited for the bytes of a picture and for nothing else of it', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, '{ sandboxes: false, rendering: { ahead: { sizes: [] } } }');
      await uploadNoise(program.url);
      const leaving = new AbortController();
      const asked = request(`${program.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ attachments { nodes { thumbnail(size: 2048, format: AVIF) { base64 } } } }' }),
        signal: leaving.signal,
      });
      asked.catch(() => {});
      await until(async () => (await drawing(program.url)) === 1);
      leaving.abort();
      await expect(asked).rejects.toThrow();
      await until(async () => (await drawing(program.url)) === 0);
      expect((await request(`${program.url}/readyz`)).statusCode).toBe(200);
      expect((await program.stop()).status).toBe(0);
    }));
});

async function uploadNoise(url: string): Promise<void> {
  const raw = { width: edge, height: edge, channels: 3 } as const;
  const noise = await sharp(randomBytes(edge * edge * 3), { raw })
    .jpeg({ quality: 60 })
    .toBuffer();
  const query = `mutation ($file: Upload!) {
    uploadAttachments(input: { container: "gid://vault/Folder/root", files: [{ file: $file }] }) { results { error { message } } }
  }`;
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { file: null } }));
  form.set('map', '{"0":["variables.file"]}');
  form.set('0', new Blob([noise]), 'noise.jpg');
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': 'true' },
    body: form,
  });
  expect(await body.json()).toEqual({ data: { uploadAttachments: { results: [{ error: null }] } } });
}

/** How many pictures are being drawn. */
async function drawing(url: string): Promise<number> {
  const { body } = await request(`${url}/metrics`);
  return Number(/^proofsheet_rendering_image_running (\d+)$/m.exec(await body.text())?.[1]);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It never came to be');
    await setTimeout(5);
  }
}
