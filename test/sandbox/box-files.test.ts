import { describe, expect, it } from '@jest/globals';
import { fetch } from 'undici';
import { boxSandbox, json, pictureIn, send, sendJson, serveBox } from '../support/box-requests.js';

serveBox();

describe('A file in the Box sandbox', () => {
  it('is locked, tagged and unlocked', async () => {
    const change = (body: object) => json(sendJson('PUT', '/2.0/files/12345?fields=lock,tags', body));
    const locked = await change({ lock: { access: 'lock', is_download_prevented: true }, tags: ['harbour'] });
    expect(locked).toMatchObject({ lock: { type: 'lock', is_download_prevented: true, expired_at: null }, tags: ['harbour'] });
    expect(await change({ lock: null })).toMatchObject({ lock: null, tags: ['harbour'] });
  });

  it('is copied to a folder, which must be named', async () => {
    const path = '/2.0/files/12345/copy';
    expect(await json(sendJson('POST', path, { parent: { id: '770055' } }))).toMatchObject({ parent: { id: '770055' } });
    expect(await json(sendJson('POST', path, { name: 'x' }))).toMatchObject({
      status: 400,
      context_info: { errors: [{ reason: 'missing_parameter', name: 'parent' }] },
    });
  });

  it('is told in its standard form', async () => {
    expect(await json(send('/2.0/files/11111'))).toMatchObject({
      type: 'file',
      id: '11111',
      etag: '0',
      sequence_id: '0',
      name: 'mountains.jpg',
      created_at: '2026-01-14T16:20:05-08:00',
      path_collection: { total_count: 2, entries: [{ id: '0', etag: null, name: 'All Files' }, { name: 'Photos' }] },
      shared_link: null,
      item_status: 'active',
    });
  });

  it('is told in the fields that were asked for, with type, id and etag', async () => {
    expect(await json(send('/2.0/files/12345?fields=name,version_number,nonsense'))).toEqual({
      type: 'file',
      id: '12345',
      etag: '0',
      name: 'harbour.jpg',
      version_number: '1',
    });
  });

  it('is not told again to whoever has its etag', async () => {
    expect((await send('/2.0/files/12345', { headers: { 'if-none-match': '0' } })).status).toBe(304);
    expect((await send('/2.0/files/12345', { headers: { 'if-none-match': '"1"' } })).status).toBe(200);
  });

  it('that is unknown is 404, and what is no id 405', async () => {
    expect(await json(send('/2.0/files/9081'))).toMatchObject({
      code: 'not_found',
      context_info: { errors: [{ name: 'item', message: "Invalid value 'f_9081'. 'item' with value 'f_9081' not found" }] },
    });
    expect(await json(send('/2.0/files/x'))).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('is changed only by whoever knows it as it is', async () => {
    const rename = (etag: string) => sendJson('PUT', '/2.0/files/12345', { name: 'port.jpg' }, { 'if-match': etag });
    expect(await json(rename('0'))).toMatchObject({ name: 'port.jpg', etag: '1' });
    expect(await json(rename('0'))).toMatchObject({ status: 412, code: 'precondition_failed' });
  });

  it('goes to the trash, comes back, and goes for good', async () => {
    expect(await json(send('/2.0/files/12345/trash'))).toMatchObject({ status: 404, code: 'not_trashed' });
    expect((await send('/2.0/files/12345', { method: 'DELETE' })).status).toBe(204);
    expect(await json(send('/2.0/files/12345', { method: 'DELETE' }))).toMatchObject({ status: 404, code: 'trashed' });
    expect(await json(send('/2.0/files/12345'))).toMatchObject({ item_status: 'trashed' });
    expect(await json(send('/2.0/files/12345/trash'))).toMatchObject({
      path_collection: { entries: [{ id: '1', name: 'Trash' }] },
    });
    expect(await json(send('/2.0/folders/trash/items'))).toMatchObject({ entries: [{ id: '12345' }] });
    const restored = await sendJson('POST', '/2.0/files/12345', {});
    expect([restored.status, await json(restored)]).toMatchObject([201, { item_status: 'active' }]);
    await send('/2.0/files/12345', { method: 'DELETE' });
    expect((await send('/2.0/files/12345/trash', { method: 'DELETE' })).status).toBe(204);
    expect((await send('/2.0/files/12345')).status).toBe(404);
  });
});

describe('Content in the Box sandbox', () => {
  const address = async (path: string) => (await send(path)).headers.get('location') ?? '';

  it('is behind a redirect to an address that needs no credential', async () => {
    const answer = await send('/2.0/files/880012345605/content');
    expect([answer.status, await answer.text()]).toEqual([302, '']);
    const download = await fetch(answer.headers.get('location') ?? '');
    const size = (await json(send('/2.0/files/880012345605'))).size;
    expect([download.status, (await download.arrayBuffer()).byteLength]).toEqual([200, size]);
    expect(download.headers.get('content-disposition')).toBe("attachment;filename*=UTF-8''notes.txt");
  });

  it('has no other address', async () => {
    const url = await address('/2.0/files/12345/content');
    expect((await fetch(url.replace('/download', 'x/download'))).status).toBe(404);
  });

  it('is given in one range', async () => {
    const url = await address('/2.0/files/12345/content');
    const ranged = (range: string) => fetch(url, { headers: { range } });
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    const part = await ranged('bytes=3-9');
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 3-9/${whole.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(3, 10));
    expect((await ranged('bytes=-4')).headers.get('content-range')).toContain(`-${whole.length - 1}/`);
    expect((await ranged(`bytes=${whole.length}-`)).status).toBe(416);
  });

  it('is 202 while it is not ready', async () => {
    boxSandbox().faults.add({ kind: 'pending', path: '/content', times: 1, retryAfterSeconds: 3 });
    const answer = await send('/2.0/files/12345/content');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([202, '3']);
  });

  it('opens by a token in the query too', async () => {
    const answer = await fetch(`${boxSandbox().url}/2.0/files/12345/content?access_token=sandbox-token`, { redirect: 'manual' });
    expect(answer.status).toBe(302);
  });
});

interface Entry {
  readonly representation: string;
  readonly properties: object;
  readonly info: { readonly url: string };
  readonly status?: { readonly state: string };
  readonly content?: { readonly url_template: string };
  readonly metadata?: { readonly pages: number };
}

describe('Representations in the Box sandbox', () => {
  const ask = async (id: string, hints?: string): Promise<readonly Entry[]> => {
    const answer = await json(
      send(`/2.0/files/${id}?fields=representations`, { headers: hints ? { 'x-rep-hints': hints } : {} }),
    );
    return (answer.representations as { readonly entries: readonly Entry[] }).entries;
  };

  it('are all listed without their states where no hint is given', async () => {
    const entries = await ask('12345');
    expect(entries.map(({ representation }) => representation)).toEqual([...Array(6).fill('jpg'), 'png', 'png']);
    expect(entries[0]).toEqual({
      representation: 'jpg',
      properties: { dimensions: '32x32', paged: 'false', thumb: 'true' },
      info: { url: expect.stringMatching(/\/2\.0\/internal_files\/12345\/versions\/\d+\/representations\/jpg_thumb_32x32$/) },
    });
  });

  it('are chosen by hints: one of each, the first that there is', async () => {
    const names = async (id: string, hints: string) =>
      (await ask(id, hints)).map(({ info }) => info.url.slice(info.url.lastIndexOf('/') + 1));
    expect(await names('123', '[jpg?dimensions=320x320][png?dimensions=1024x1024]')).toEqual([
      'jpg_320x320',
      'png_paged_1024x1024',
    ]);
    expect(await names('123', '[jpg?dimensions=2048x2048,png?dimensions=2048x2048]')).toEqual(['png_paged_2048x2048']);
    expect(await names('123', '[jpg?dimensions=1024x1024&paged=false]')).toEqual(['jpg_1024x1024']);
    expect(await names('880012345605', '[png][extracted_text]')).toEqual(['extracted_text']);
    expect(await names('11111', '[jpg?dimensions=92x92]')).toEqual([]);
  });

  it('are made when somebody looks, and ready when they are looked at again', async () => {
    const states: (string | undefined)[] = [];
    const [first] = await ask('880012345603', '[png?dimensions=1024x1024]');
    states.push(first?.status?.state);
    for (const _ of [1, 2]) states.push(((await json(send(first?.info.url ?? ''))) as unknown as Entry).status?.state);
    expect(states).toEqual(['none', 'pending', 'success']);
    const [ready] = await ask('880012345603', '[png?dimensions=1024x1024]');
    expect(ready?.metadata).toEqual({ pages: 3 });
    const content = (page: string) => send(ready?.content?.url_template.replace('{+asset_path}', page) ?? '');
    expect(await pictureIn(await content('3.png'))).toMatchObject({ format: 'png' });
    expect(await json(content('4.png'))).toMatchObject({ status: 400, code: 'requested_page_out_of_range' });
  });

  it('need a credential to be read', async () => {
    const [entry] = await ask('12345', '[jpg?dimensions=1024x1024]');
    const url = entry?.content?.url_template.replace('{+asset_path}', '') ?? '';
    expect((await fetch(url)).status).toBe(401);
    expect(await pictureIn(await send(url))).toEqual({ format: 'jpeg', longest: 1024 });
    expect((await fetch(`${url}?access_token=sandbox-token`)).status).toBe(200);
  });

  it('are not chosen by hints that cannot be read', async () => {
    expect((await send('/2.0/files/12345?fields=representations', { headers: { 'x-rep-hints': 'jpg' } })).status).toBe(400);
  });
});
