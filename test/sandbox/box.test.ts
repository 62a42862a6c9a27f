import { describe, expect, it } from '@jest/globals';
import { fetch } from 'undici';
import { boxSandbox, json, pictureIn, send, serveBox } from '../support/box-requests.js';

serveBox();

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
    expect(await pictureIn(answer)).toEqual({ format, longest });
  });

  it('answers 202 with a graphic and a time while it is being made', async () => {
    boxSandbox().faults.add({ kind: 'pending', path: 'thumbnail', times: 1, retryAfterSeconds: 7 });
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
    fetch(`${boxSandbox().url}/oauth2/token`, {
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
    const answer = await fetch(`${boxSandbox().url}/oauth2/token`, { method: 'POST', body, headers: { 'content-type': type } });
    expect([answer.status, await json(answer)]).toEqual([400, { error, error_description: expect.any(String) }]);
  });

  it('end when they are revoked', async () => {
    const grant = { grant_type: 'client_credentials', box_subject_type: 'enterprise', box_subject_id: '1' };
    const { access_token: token } = await json(form(grant));
    await fetch(`${boxSandbox().url}/oauth2/revoke`, {
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

describe('Faults of the Box sandbox', () => {
  it('are refusals in its own form', async () => {
    boxSandbox().faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7, times: 1 });
    const answer = await send('/2.0/files/12345');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await json(answer)).toMatchObject({
      code: 'rate_limit_exceeded',
      message: 'Request rate limit exceeded, please try again later',
    });
  });

  it('end a token', async () => {
    boxSandbox().faults.add({ kind: 'expiredToken', times: 1 });
    expect((await send('/2.0/files/12345')).status).toBe(401);
    expect((await send('/2.0/files/12345')).status).toBe(200);
  });
});
