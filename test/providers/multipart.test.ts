import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { toMultipart } from '../../src/providers/multipart.js';

const file = (filename: string, content: Readable) => ({ name: 'files', filename, contentType: 'image/png', content });

async function parsed(parts: Parameters<typeof toMultipart>[0]): Promise<FormData> {
  const { contentType, body } = toMultipart(parts);
  return new Response(await buffer(body), { headers: { 'content-type': contentType } }).formData();
}

describe('A multipart body', () => {
  it('is read by others as it was meant', async () => {
    const form = await parsed([
      { name: 'attributes', value: '{"name":"a"}' },
      file('Grüße "2".png', Readable.from([Buffer.from('pix'), Buffer.from('els')], { objectMode: false })),
    ]);
    const sent = form.get('files');
    if (!(sent && typeof sent === 'object')) throw new Error('There is no file');
    expect(form.get('attributes')).toBe('{"name":"a"}');
    expect([sent.name, sent.type, await sent.text()]).toEqual(['Grüße "2".png', 'image/png', 'pixels']);
  });

  it('tells how long it will be where its files do', async () => {
    const sized = { ...file('ä.png', Readable.from([Buffer.from('pixels')], { objectMode: false })), sizeBytes: 6 };
    const { body, sizeBytes } = toMultipart([{ name: 'attributes', value: 'ü' }, sized]);
    expect((await buffer(body)).length).toBe(sizeBytes);
    expect(toMultipart([file('a.png', Readable.from([]))]).sizeBytes).toBeNull();
  });

  it('cannot be left by a name', async () => {
    const form = await parsed([file('a"\r\nX-Other: 1\r\n\r\nb', Readable.from([], { objectMode: false }))]);
    expect([...form.keys()]).toEqual(['files']);
  });

  it('is never ended when a file fails', async () => {
    const failing = new PassThrough();
    const { body } = toMultipart([file('a.png', failing)]);
    failing.write('half');
    const chunks: string[] = [];
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk.toString());
      if (chunk.toString() === 'half') failing.destroy(new Error('the client left'));
    });
    await expect(buffer(body)).rejects.toMatchObject({ message: 'the client left' });
    expect(chunks.join('')).not.toMatch(/--\r\n$/);
  });
});
