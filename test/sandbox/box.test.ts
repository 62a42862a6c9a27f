import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { FormData, fetch, type RequestInit, type Response } from 'undici';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox(simulateBox());
});
afterEach(() => sandbox.close());

const authorization = 'Bearer sandbox-token';

function send(path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}): Promise<Response> {
  const url = path.startsWith('http') ? path : `${sandbox.url}${path}`;
  return fetch(url, { redirect: 'manual', ...init, headers: { authorization, ...init.headers } });
}

function sendJson(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return send(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
}

async function json(answer: Response | Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>;
}

async function picture(answer: Response) {
  const { format, width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  return { format, longest: Math.max(width, height) };
}

async function upload(attributes: object, bytes: Buffer | string, path = '/api/2.0/files/content'): Promise<Response> {
  const form = new FormData();
  form.append('attributes', JSON.stringify(attributes));
  form.append('file', new Blob([bytes]), 'file');
  return send(path, { method: 'POST', body: form });
}

describe('A thumbnail in the Box sandbox', () => {
  it.each([
    ['/2.0/files/12345/thumbnail.png', 'image/png', 'png', 256],
    ['/2.0/files/123/thumbnail.jpg', 'image/jpg', 'jpeg', 320],
    ['/2.0/files/11111/thumbnail.jpg?max_width=160&max_height=160', 'image/jpg', 'jpeg', 160],
    ['/2.0/files/12345/thumbnail.png?min_height=32&min_width=32&max_height=320&max_width=320', 'image/png', 'png', 256],
    ['/2.0/files/12345/thumbnail.png?min_height=64&min_width=64&max_height=64&max_width=64', 'image/png', 'png', 64],
  ])('answers 200 with the largest that fits: %s', async (path, contentType, format, longest) => {
    const answer = await send(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType]);
    expect(await picture(answer)).toEqual({ format, longest });
  });

  it('answers 202 with a graphic and a time while it is being made', async () => {
    sandbox.faults.add({ kind: 'pending', path: 'thumbnail', times: 1, retryAfterSeconds: 7 });
    const answer = await send('/2.0/files/12345/thumbnail.png');
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([202, '7', '']);
    const graphic = await fetch(answer.headers.get('location') ?? '');
    expect([graphic.status, graphic.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect((await send('/2.0/files/12345/thumbnail.png')).status).toBe(200);
  });

  it('answers 302 with a graphic for a type that it makes none of', async () => {
    const answer = await send('/2.0/files/880012345605/thumbnail.png');
    expect([answer.status, await answer.text()]).toEqual([302, '']);
    expect((await fetch(answer.headers.get('location') ?? '')).headers.get('content-type')).toBe('image/gif');
  });

  it.each(['max_width=31', 'min_width=321', 'min_width=64&max_width=32', 'min_width=129&max_width=255'])(
    'answers 400 for a size that there is not: %s',
    async (query) => {
      const answer = await send(`/2.0/files/12345/thumbnail.png?${query}`);
      expect(answer.status).toBe(400);
      expect(await json(answer)).toEqual({
        type: 'error',
        status: 400,
        code: 'requested_preview_unavailable',
        help_url: 'http://developers.box.com/docs/#errors',
        message: 'Requested preview unavailable',
        request_id: expect.any(String),
      });
    },
  );

  it('answers 400 for a size that is no number', async () => {
    expect(await json(send('/2.0/files/12345/thumbnail.png?max_width=big'))).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it.each([
    ['Bearer wrong', 'Bearer realm="Service", error="invalid_token", error_description="The access token provided is invalid."'],
    ['', 'Bearer realm="Service"'],
  ])('answers 401 without a body for the credential "%s"', async (wrong, told) => {
    const answer = await send('/2.0/files/12345/thumbnail.png', { headers: { authorization: wrong } });
    expect([answer.status, answer.headers.get('www-authenticate'), await answer.text()]).toEqual([401, told, '']);
  });

  it('answers 404 for an unknown file, and for one that nothing can be drawn from', async () => {
    expect(await json(send('/2.0/files/987/thumbnail.png'))).toMatchObject({ status: 404, code: 'not_found' });
    const damaged = await json(send('/2.0/files/880012345606/thumbnail.png'));
    expect(damaged).toMatchObject({ status: 404, code: 'preview_cannot_be_generated' });
  });
});

describe('Tokens of the Box sandbox', () => {
  const form = (fields: Record<string, string>) =>
    fetch(`${sandbox.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'demo', client_secret: 'demo', ...fields }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  it('are given for client credentials, without one to refresh by', async () => {
    const token = await json(form({ grant_type: 'client_credentials', box_subject_type: 'user', box_subject_id: '77' }));
    expect(token).toEqual({ access_token: expect.any(String), expires_in: 3600, restricted_to: [], token_type: 'bearer' });
    const me = await send('/2.0/users/me', { headers: { authorization: `Bearer ${token.access_token}` } });
    expect(await json(me)).toMatchObject({ type: 'user', id: '77' });
  });

  it('are refreshed once by each refresh token', async () => {
    const refresh = (token: string) => form({ grant_type: 'refresh_token', refresh_token: token });
    const first = await json(refresh('sandbox-refresh-token'));
    expect((await refresh(`${first.refresh_token}`)).status).toBe(200);
    expect(await json(refresh('sandbox-refresh-token'))).toEqual({
      error: 'invalid_grant',
      error_description: 'Invalid refresh token',
    });
  });

  it('are refused to strangers', async () => {
    const answer = await form({ grant_type: 'client_credentials', client_secret: 'wrong' });
    expect([answer.status, await json(answer)]).toEqual([
      400,
      { error: 'invalid_client', error_description: 'The client credentials are invalid' },
    ]);
  });

  it.each([
    ['grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=demo&client_secret=demo', 'unauthorized_client'],
    ['grant_type=magic&client_id=demo&client_secret=demo', 'invalid_request'],
    ['', 'invalid_request'],
    ['{"grant_type":"client_credentials"}', 'invalid_request'],
  ])('are not given for %j', async (body, error) => {
    const type = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
    const answer = await fetch(`${sandbox.url}/oauth2/token`, { method: 'POST', body, headers: { 'content-type': type } });
    expect([answer.status, await json(answer)]).toEqual([400, { error, error_description: expect.any(String) }]);
  });

  it('end when they are revoked', async () => {
    const grant = { grant_type: 'client_credentials', box_subject_type: 'enterprise', box_subject_id: '1' };
    const { access_token: token } = await json(form(grant));
    await fetch(`${sandbox.url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'demo', client_secret: 'demo', token: `${token}` }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await send('/2.0/users/me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });
});

describe('Any request to the Box sandbox', () => {
  it('is answered with an id of the request, another one than its body tells', async () => {
    const answer = await send('/2.0/files/1');
    expect(answer.headers.get('box-request-id')).toMatch(/^\w+$/);
    expect((await json(answer)).request_id).not.toBe(answer.headers.get('box-request-id'));
  });

  it('may name the version of the API that there is, and no other', async () => {
    expect((await send('/2.0/files/12345', { headers: { 'box-version': '2024.0' } })).status).toBe(200);
    const other = await json(send('/2.0/files/12345', { headers: { 'box-version': '2099.0' } }));
    expect(other).toMatchObject({ status: 400, code: 'invalid_api_version' });
  });
});

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
    sandbox.faults.add({ kind: 'pending', path: '/content', times: 1, retryAfterSeconds: 3 });
    const answer = await send('/2.0/files/12345/content');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([202, '3']);
  });

  it('opens by a token in the query too', async () => {
    const answer = await fetch(`${sandbox.url}/2.0/files/12345/content?access_token=sandbox-token`, { redirect: 'manual' });
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
    expect(await picture(await content('3.png'))).toMatchObject({ format: 'png' });
    expect(await json(content('4.png'))).toMatchObject({ status: 400, code: 'requested_page_out_of_range' });
  });

  it('need a credential to be read', async () => {
    const [entry] = await ask('12345', '[jpg?dimensions=1024x1024]');
    const url = entry?.content?.url_template.replace('{+asset_path}', '') ?? '';
    expect((await fetch(url)).status).toBe(401);
    expect(await picture(await send(url))).toEqual({ format: 'jpeg', longest: 1024 });
    expect((await fetch(`${url}?access_token=sandbox-token`)).status).toBe(200);
  });

  it('are not chosen by hints that cannot be read', async () => {
    expect((await send('/2.0/files/12345?fields=representations', { headers: { 'x-rep-hints': 'jpg' } })).status).toBe(400);
  });
});

describe('A folder in the Box sandbox', () => {
  it('is listed by type and name, with an offset', async () => {
    const page = await json(send('/2.0/folders/0/items?limit=2&offset=1'));
    expect(page).toMatchObject({
      total_count: 5,
      offset: 1,
      limit: 2,
      entries: [
        { type: 'folder', name: 'Photos' },
        { type: 'file', name: 'harbour.jpg' },
      ],
      order: [{ by: 'type' }, { by: 'name' }],
    });
    expect(await json(send('/2.0/folders/0/items?limit=5000'))).toMatchObject({ limit: 1000 });
  });

  it('is listed with a marker, to the end', async () => {
    const names: unknown[] = [];
    for (let marker: unknown = ''; marker !== null; ) {
      const page = await json(send(`/2.0/folders/0/items?usemarker=true&limit=2&fields=name&marker=${marker}`));
      names.push(...(page.entries as { readonly name: string }[]).map(({ name }) => name));
      marker = page.next_marker;
    }
    expect(names).toEqual(['Drawings', 'Photos', 'harbour.jpg', 'invoice.pdf', 'notes.txt']);
  });

  it('is listed in the order that was asked for, folders still first', async () => {
    const page = await json(send('/2.0/folders/0/items?sort=date&direction=DESC'));
    expect((page.entries as { readonly name: string }[]).map(({ name }) => name)).toEqual([
      'Drawings',
      'Photos',
      'notes.txt',
      'invoice.pdf',
      'harbour.jpg',
    ]);
  });

  it('is made once, and deleted when it is empty or when all in it may go', async () => {
    const made = await sendJson('POST', '/2.0/folders', { name: 'photos', parent: { id: '770055' } });
    expect([made.status, await json(made)]).toMatchObject([201, { type: 'folder', name: 'photos' }]);
    const taken = await json(sendJson('POST', '/2.0/folders', { name: 'PHOTOS', parent: { id: '0' } }));
    expect(taken).toMatchObject({ code: 'item_name_in_use', context_info: { conflicts: [{ id: '770056' }] } });
    const remove = (query: string) => send(`/2.0/folders/770055${query}`, { method: 'DELETE' });
    expect(await json(remove(''))).toMatchObject({ status: 400, code: 'folder_not_empty' });
    expect((await remove('?recursive=true')).status).toBe(204);
    expect((await send('/2.0/folders/770055')).status).toBe(404);
  });
});

describe('An upload to the Box sandbox', () => {
  const attributes = { name: 'tide.txt', parent: { id: '0' } };

  it('makes a file, and another of its name is refused with the one that is there', async () => {
    const made = await upload(attributes, 'tide');
    expect([made.status, await json(made)]).toMatchObject([201, { total_count: 1, entries: [{ name: 'tide.txt', etag: '0' }] }]);
    const taken = await json(upload(attributes, 'again'));
    expect(taken).toMatchObject({ code: 'item_name_in_use', context_info: { conflicts: { type: 'file', name: 'tide.txt' } } });
  });

  it('is refused where the bytes come before what they are', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']), 'file');
    form.append('attributes', JSON.stringify(attributes));
    const refused = await json(send('/api/2.0/files/content', { method: 'POST', body: form }));
    expect(refused).toMatchObject({ status: 400, code: 'metadata_after_file_contents' });
  });

  it('is refused where its digest differs, its name cannot be, or its folder is not there', async () => {
    const form = new FormData();
    form.append('attributes', JSON.stringify(attributes));
    form.append('file', new Blob(['x']), 'file');
    const headers = { 'content-md5': createHash('sha1').update('y').digest('hex') };
    expect(await json(send('/api/2.0/files/content', { method: 'POST', body: form, headers }))).toMatchObject({
      code: 'bad_digest',
    });
    expect(await json(upload({ ...attributes, name: 'a/b' }, 'x'))).toMatchObject({ code: 'item_name_invalid' });
    expect(await json(upload({ ...attributes, parent: { id: '99' } }, 'x'))).toMatchObject({ status: 404 });
  });

  it('is checked ahead', async () => {
    const check = (body: object) => json(sendJson('OPTIONS', '/2.0/files/content', body));
    expect(await check(attributes)).toEqual({ upload_url: `${sandbox.url}/api/2.0/files/content`, upload_token: null });
    expect(await check({ ...attributes, name: 'harbour.jpg' })).toMatchObject({
      status: 409,
      context_info: { conflicts: { id: '12345' } },
    });
    expect(await check({ ...attributes, size: 1e12 })).toMatchObject({ status: 403, code: 'storage_limit_exceeded' });
  });

  it('of a version grows the list of those before it, and each can be current again', async () => {
    await upload({ name: 'notes-2.txt' }, 'second', '/api/2.0/files/880012345605/content');
    const past = await json(send('/2.0/files/880012345605/versions'));
    expect(past).toMatchObject({ total_count: 1, entries: [{ type: 'file_version', name: 'notes.txt' }] });
    const [{ id } = { id: '' }] = past.entries as { readonly id: string }[];
    const promoted = await sendJson('POST', '/2.0/files/880012345605/versions/current', { type: 'file_version', id });
    expect(promoted.status).toBe(201);
    expect(await json(send('/2.0/files/880012345605?fields=name,version_number'))).toMatchObject({
      name: 'notes.txt',
      version_number: '3',
    });
  });
});

describe('An upload session of the Box sandbox', () => {
  const bytes = randomBytes(20_000_001);
  const digestOf = (part: Buffer) => `sha=${createHash('sha1').update(part).digest('base64')}`;

  const create = (size: number) =>
    sendJson('POST', '/api/2.0/files/upload_sessions', { folder_id: '0', file_size: size, file_name: 'big.bin' });

  async function uploadParts(id: string, partSize: number) {
    const parts: unknown[] = [];
    for (let at = 0; at < bytes.length; at += partSize) {
      const part = bytes.subarray(at, at + partSize);
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${at}-${at + part.length - 1}/${bytes.length}`,
        digest: digestOf(part),
      };
      const answer = await json(send(`/api/2.0/files/upload_sessions/${id}`, { method: 'PUT', body: part, headers }));
      parts.push(answer.part);
    }
    return parts;
  }

  it('takes a file in parts, and may say at the end that it needs a while', async () => {
    const session = await json(create(bytes.length));
    expect(session).toMatchObject({ type: 'upload_session', total_parts: 3, num_parts_processed: 0 });
    const parts = await uploadParts(`${session.id}`, Number(session.part_size));
    expect(parts[0]).toEqual({
      part_id: expect.stringMatching(/^[0-9A-F]{8}$/),
      offset: 0,
      size: 8_388_608,
      sha1: expect.any(String),
    });
    sandbox.faults.add({ kind: 'pending', path: 'commit', times: 1 });
    const commit = (digest: string, list = parts) =>
      sendJson('POST', `/api/2.0/files/upload_sessions/${session.id}/commit`, { parts: list }, { digest });
    expect(await json(commit(digestOf(Buffer.from('x'))))).toMatchObject({ status: 400, code: 'digest_mismatch' });
    expect(await json(commit(digestOf(bytes), parts.slice(1)))).toMatchObject({ status: 400, code: 'parts_mismatch' });
    expect((await commit(digestOf(bytes))).status).toBe(202);
    expect(await json(commit(digestOf(bytes)))).toMatchObject({ entries: [{ name: 'big.bin', size: bytes.length }] });
  });

  it.each([
    [{ file_size: 20_000_001, file_name: 'a' }, 'missing_destination'],
    [{ folder_id: 'home', file_size: 20_000_001, file_name: 'a' }, 'invalid_folder_id'],
    [{ folder_id: '0', file_name: 'a' }, 'missing_file_size'],
    [{ folder_id: '0', file_size: -1, file_name: 'a' }, 'invalid_file_size'],
    [{ folder_id: '0', file_size: 'large', file_name: 'a' }, 'invalid_file_size'],
    [{ folder_id: '0', file_size: 20_000_001 }, 'missing_file_name'],
    [{ folder_id: '0', file_size: 20_000_001, file_name: 'a/b' }, 'item_name_invalid'],
  ])('is not opened for %j: %s', async (body, code) => {
    expect(await json(sendJson('POST', '/api/2.0/files/upload_sessions', body))).toMatchObject({ status: 400, code });
  });

  it('is for large files only, and refuses parts that do not fit', async () => {
    expect(await json(create(100))).toMatchObject({ status: 400, code: 'file_size_too_small' });
    const { id } = await json(create(bytes.length));
    const headers = { 'content-type': 'application/octet-stream', 'content-range': 'bytes 1-3/20000001', digest: 'sha=x' };
    expect((await send(`/api/2.0/files/upload_sessions/${id}`, { method: 'PUT', body: 'abc', headers })).status).toBe(416);
  });
});

describe('A shared link of the Box sandbox', () => {
  it('opens by its password, as it is or percent-encoded, and reaches what lies below it only', async () => {
    const password = 'Tide & 2026!';
    const shared = await json(
      sendJson('PUT', '/2.0/files/12345?fields=shared_link', { shared_link: { access: 'open', password } }),
    );
    const { url } = shared.shared_link as { readonly url: string };
    const open = (boxapi: string, path = '/2.0/shared_items') => json(send(path, { headers: { boxapi } }));
    const header = `shared_link=${url}&shared_link_password=${encodeURIComponent(password)}`;
    expect(await open(header)).toMatchObject({ id: '12345', parent: null, path_collection: { total_count: 0 } });
    expect(await open(`shared_link=${encodeURIComponent(url)}&shared_link_password=${password}`)).toMatchObject({ id: '12345' });
    expect(await open(`shared_link=${url}`)).toMatchObject({ status: 403, code: 'incorrect_shared_item_password' });
    expect(await open(header, '/2.0/files/11111')).toMatchObject({ status: 404 });
    expect(await open(header, '/2.0/files/11111/content')).toMatchObject({ status: 404 });
    expect((await send('/2.0/files/12345/content', { headers: { boxapi: header } })).status).toBe(302);
    expect(await open('shared_link=https://app.box.com/s/unknown')).toMatchObject({ status: 404 });
  });
});

describe('A folder in the Box sandbox that is changed', () => {
  it('has another name and place, but never lies in itself', async () => {
    const moved = await json(sendJson('PUT', '/2.0/folders/770055', { name: 'Plans', parent: { id: '770056' } }));
    expect(moved).toMatchObject({ name: 'Plans', etag: '1', parent: { id: '770056' } });
    expect(await json(sendJson('PUT', '/2.0/folders/770056', { parent: { id: '770055' } }))).toMatchObject({
      status: 400,
      code: 'cyclical_folder_structure',
    });
    expect(await json(sendJson('PUT', '/2.0/folders/0', { name: 'Mine' }))).toMatchObject({ status: 403 });
  });

  it('is shared with all that is in it', async () => {
    const { shared_link: link } = await json(sendJson('PUT', '/2.0/folders/770056?fields=shared_link', { shared_link: {} }));
    const headers = { boxapi: `shared_link=${(link as { readonly url: string }).url}` };
    expect(link).toMatchObject({ download_url: null });
    expect(await json(send('/2.0/shared_items', { headers }))).toMatchObject({ type: 'folder', id: '770056', parent: null });
    expect(await json(send('/2.0/files/11111', { headers }))).toMatchObject({ id: '11111' });
    expect((await send('/2.0/files/12345', { headers })).status).toBe(404);
  });

  it('goes to the trash with its files, and comes back with them', async () => {
    await send('/2.0/folders/770056?recursive=true', { method: 'DELETE' });
    expect(await json(send('/2.0/folders/770056'))).toMatchObject({ status: 404, code: 'trashed' });
    expect(await json(send('/2.0/files/11111'))).toMatchObject({ item_status: 'trashed' });
    expect(await json(send('/2.0/folders/770056/trash'))).toMatchObject({ item_status: 'trashed' });
    expect((await sendJson('POST', '/2.0/folders/770056', {})).status).toBe(201);
    expect(await json(send('/2.0/files/11111'))).toMatchObject({ item_status: 'active' });
    expect(await json(send('/2.0/folders/770056/trash'))).toMatchObject({ status: 404, code: 'not_trashed' });
  });

  it('goes for good with all that is in it', async () => {
    await send('/2.0/folders/770056?recursive=true', { method: 'DELETE' });
    expect((await send('/2.0/folders/770056/trash', { method: 'DELETE' })).status).toBe(204);
    expect((await send('/2.0/files/11111')).status).toBe(404);
  });
});

describe('A search in the Box sandbox', () => {
  const names = async (query: string) => {
    const { entries } = await json(send(`/2.0/search?${query}`));
    return (entries as { readonly name: string }[]).map(({ name }) => name).sort();
  };

  it('finds beginnings of words, any of them, or all in quotes', async () => {
    expect(await names('query=floor')).toEqual(['floor-plan.pdf']);
    expect(await names('query=plan+inv')).toEqual(['floor-plan.pdf', 'invoice.pdf']);
    expect(await names('query=%22floor+plan%22')).toEqual(['floor-plan.pdf']);
    expect(await names('query=pdf+NOT+invoice')).toEqual(['floor-plan.pdf']);
  });

  it('keeps to types, folders and times', async () => {
    expect(await names('query=photos&type=file')).toEqual([]);
    expect(await names('query=jpg&ancestor_folder_ids=770056')).toEqual(['mountains.jpg']);
    expect(await names('query=pdf&updated_at_range=2026-03-15T00:00:00Z,')).toEqual(['invoice.pdf']);
  });

  it('needs something to look for', async () => {
    expect(await json(send('/2.0/search'))).toMatchObject({
      status: 400,
      context_info: { errors: [{ reason: 'missing_parameter' }] },
    });
  });
});

describe('Faults of the Box sandbox', () => {
  it('are refusals in its own form', async () => {
    sandbox.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7, times: 1 });
    const answer = await send('/2.0/files/12345');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await json(answer)).toMatchObject({
      code: 'rate_limit_exceeded',
      message: 'Request rate limit exceeded, please try again later',
    });
  });

  it('end a token', async () => {
    sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect((await send('/2.0/files/12345')).status).toBe(401);
    expect((await send('/2.0/files/12345')).status).toBe(200);
  });
});
