import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FormData, request } from 'undici';
import { type OracleContentOptions, simulateOracleContent } from '../../src/sandbox/oracle-content/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { writePdf } from '../support/pictures.js';

let sandbox: RunningSandbox;
beforeEach(() => start({}));
afterEach(() => sandbox.close());

async function start(options: OracleContentOptions): Promise<void> {
  sandbox = await startSandbox(simulateOracleContent({ pagesDelayMs: 0, ...options }));
}

const plan = 'D3C1C1F319CFE6B102095C5DT0000000000100000001';
const photo = 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9';

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string | FormData;
  readonly headers?: Record<string, string>;
  readonly bearer?: string;
}

async function ask(path: string, { headers, bearer = 'sandbox-token', ...asked }: Asked = {}) {
  const answer = await request(`${sandbox.url}/documents/api/1.2${path}`, {
    ...asked,
    headers: { authorization: `Bearer ${bearer}`, ...headers },
  });
  const written = await answer.body.text();
  const isJson = answer.headers['content-type']?.toString().startsWith('application/json') ?? false;
  return { status: answer.statusCode, headers: answer.headers, body: isJson ? JSON.parse(written) : written };
}

function form(parts: Readonly<Record<string, string | Blob>>, filename = 'a.txt'): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, filename);
  }
  return body;
}

function upload(filename: string, bytes: string | Buffer, parameters: object = { parentID: 'self' }) {
  const parts = {
    jsonInputParameters: JSON.stringify(parameters),
    primaryFile: new Blob([Buffer.from(bytes)], { type: 'text/plain' }),
  };
  return ask('/files/data', { method: 'POST', body: form(parts, filename) });
}

const send = (method: 'POST' | 'PUT', value: object) => ({ method, body: JSON.stringify(value) });

describe('A file', () => {
  it('is described in strings', async () => {
    const { status, headers, body } = await ask(`/files/${plan}`);
    expect(status).toBe(200);
    expect(headers['x-oracle-dms-ecid']).toBeDefined();
    expect(body).toEqual({
      errorCode: '0',
      id: plan,
      parentID: 'FDC22B65E850730CAA60AF83B5D17B95F47087F4E518',
      name: 'floor-plan.pdf',
      type: 'file',
      size: expect.stringMatching(/^\d+$/),
      version: '2',
      mimeType: 'application/pdf',
      createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      modifiedTime: expect.any(String),
      createdBy: expect.objectContaining({ displayName: 'User AA', type: 'user' }),
      modifiedBy: expect.objectContaining({ displayName: 'User AA' }),
      ownedBy: expect.objectContaining({ displayName: 'User AA' }),
    });
  });

  it('is one of at most a hundred that are told at once; others are left out', async () => {
    const { body } = await ask(`/files/lists?idList=${plan},Dnone,${photo}`, { bearer: 'user-aa' });
    expect(body).toMatchObject({ errorCode: '0', items: [{ id: plan }] });
    expect((await ask(`/files/lists?idList=${Array(101).fill(plan).join(',')}`)).status).toBe(400);
    expect((await ask('/files/lists?idList=Dnone')).body).toEqual({ errorCode: '0' });
  });

  it('tells its renditions where it is asked to, and those that there could be', async () => {
    const told = async (query: string) => {
      const { items } = (await ask(`/files/${plan}?version=2&${query}`)).body;
      return items?.map(({ name, type, exists }: Record<string, string>) => `${name} ${type} ${exists}`);
    };
    expect(await told('includeRenditions=false')).toBeUndefined();
    const existing = await told('includeRenditions=true');
    expect(existing).toContain('page3 imagepreview true');
    expect(existing).toContain('small customrendition true');
    expect(existing).not.toContain('Small responsiveimage false');
    expect(await told('includeRenditions=true&includeOnlyExistingRenditions=false')).toContain('Small responsiveimage false');
    expect((await ask(`/files/${plan}?includeRenditions=perhaps`)).status).toBe(400);
  });

  it('has the address of a preview', async () => {
    const { body } = await ask(`/files/${plan}/previewPath?version=1&waitForCompletePreview=true`);
    const previewUrl = expect.stringMatching(new RegExp(`^http.*/documents/fileview/${plan}/1/preview/html5/pvw\\.html$`));
    expect(body).toEqual({ errorCode: '0', id: plan, previewUrl, version: '1', type: 'file' });
  });

  it('may make the whole list fail, where the sandbox is told so', async () => {
    await sandbox.close();
    await start({ lists: 'refuse' });
    expect(await ask(`/files/lists?idList=${plan},Dnone`)).toMatchObject({ status: 404, body: { errorCode: '-16' } });
    const refused = { status: 403, body: { errorCode: '-20' } };
    expect(await ask(`/files/lists?idList=${photo}`, { bearer: 'user-aa' })).toMatchObject(refused);
  });

  it('has versions under one id, oldest first', async () => {
    const { body } = await ask(`/files/${photo}/versions`);
    expect(body).toMatchObject({ id: photo, name: 'harbour.jpg', type: 'file', errorCode: '0' });
    expect(body.items.map(({ id, version }: Record<string, string>) => [id, version])).toEqual(
      ['1', '2', '3', '4'].map((version) => [photo, version]),
    );
    expect(await ask(`/files/${photo}?version=9`)).toMatchObject({ status: 404, body: { errorCode: '-16' } });
  });

  it('is renamed, but not to a name that is taken', async () => {
    await upload('b.txt', 'b');
    const { id } = (await upload('a.txt', 'a')).body;
    expect((await ask(`/files/${id}`, send('PUT', { name: 'c.txt' }))).body).toMatchObject({ id, name: 'c.txt', errorCode: '0' });
    expect(await ask(`/files/${id}`, send('PUT', { name: 'B.TXT' }))).toMatchObject({ status: 409, body: { errorCode: '-17' } });
  });

  it('that is not the caller’s is refused by name', async () => {
    const { status, body } = await ask(`/files/${plan}`, { ...send('PUT', { name: 'filev4.txt' }), bearer: 'user-bb' });
    expect([status, body.errorCode, body.name]).toEqual([403, '-20', 'filev4.txt']);
    expect(body.errorKey).toBe(
      `!csFldUnableToEditDocumentLink!csCloudItemInsufficientPrivileges,User BB,fFileGUID:${plan},FLD_EDIT_FILE`,
    );
    expect(body.errorMessage).toMatch(/^Unable to edit foldering information\. /);
  });

  it('is moved with its id', async () => {
    const folder = (await ask('/folders/self', send('POST', { name: 'new' }))).body;
    const { id } = (await upload('a.txt', 'a')).body;
    const moved = await ask(`/files/${id}/move`, send('POST', { destinationID: folder.id }));
    expect(moved.body).toEqual({ destinationID: folder.id, idList: id, type: 'file', errorCode: '0' });
    expect((await ask(`/files/${id}`)).body.parentID).toBe(folder.id);
  });

  it('is copied under an id of its own', async () => {
    const folder = (await ask('/folders/self', send('POST', { name: 'new' }))).body;
    const copied = await ask(`/files/${photo}/copy`, send('POST', { destinationID: folder.id }));
    expect(copied.body).toMatchObject({ idList: photo, destinationID: folder.id, errorCode: '0' });
    const described = { name: 'harbour.jpg', version: '1', parentID: folder.id };
    expect((await ask(`/files/${copied.body.id}`)).body).toMatchObject(described);
  });

  it('is deleted with all its versions, or one of them', async () => {
    const one = await ask(`/files/${photo}?version=4`, { method: 'DELETE' });
    expect(one.body).toEqual({ errorCode: '0', idList: photo, type: 'file' });
    expect((await ask(`/files/${photo}`)).body.version).toBe('3');
    await ask(`/files/${photo}`, { method: 'DELETE' });
    expect((await ask(`/files/${photo}`)).status).toBe(404);
    expect((await ask(`/files/${photo}`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('An upload', () => {
  it('makes a file, and of a taken name a version of it', async () => {
    const made = await upload('Grüße.txt', 'one');
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Grüße.txt', version: '1', size: '3', parentID: 'self', errorCode: '0' },
    });
    expect(made.headers.location).toBe(`${sandbox.url}/documents/api/1.2/files/${made.body.id}`);
    expect((await upload('grüße.txt', 'two!')).body).toMatchObject({ id: made.body.id, version: '2', size: '4' });
    expect((await ask(`/files/${made.body.id}/data?version=1`)).body).toBe('one');
  });

  it('keeps both where it is told to', async () => {
    await upload('a.txt', 'one');
    const { body } = await upload('a.txt', 'two', { parentID: 'self', duplicateResolution: 'TimeStampSuffix' });
    expect(body).toMatchObject({ version: '1', name: expect.stringMatching(/^a\d{6}\.txt$/) });
  });

  it('takes its parameters before the file only', async () => {
    const parts = { primaryFile: new Blob(['a']), jsonInputParameters: '{"parentID":"self"}' };
    expect(await ask('/files/data', { method: 'POST', body: form(parts) })).toMatchObject({
      status: 400,
      body: { errorCode: '-1' },
    });
  });

  it('needs a folder that is there, and is the caller’s', async () => {
    expect((await upload('a.txt', 'a', { parentID: 'Fnone' })).status).toBe(404);
    const parts = {
      jsonInputParameters: '{"parentID":"FDC22B65E850730CAA60AF83B5D17B95F47087F4E518"}',
      primaryFile: new Blob(['a']),
    };
    expect((await ask('/files/data/', { method: 'POST', body: form(parts), bearer: 'user-bb' })).status).toBe(403);
  });

  it('of a version answers 200 and takes the name that it brings', async () => {
    const { id } = (await upload('a.txt', 'one')).body;
    await upload('b.txt', 'other');
    const revised = await ask(`/files/${id}/data`, { method: 'POST', body: form({ primaryFile: new Blob(['two']) }, 'b.txt') });
    expect(revised).toMatchObject({ status: 200, body: { id, version: '2', name: 'b(2).txt' } });
    expect(revised.headers.location).toContain(id);
  });
});

describe('Renditions', () => {
  const rendition = (name: string, bytes: string) =>
    form({ jsonInputParameters: JSON.stringify({ name, description: 'mine' }), file: new Blob([bytes]) }, 'cover.png');

  it('are uploaded once under a name, listed, read and deleted', async () => {
    const path = `/files/${photo}/data/rendition`;
    const cover = { name: 'cover', description: 'mine', path: 'cover.png' };
    expect((await ask(path, { method: 'POST', body: rendition('cover', 'bytes') })).body).toMatchObject({
      errorCode: '0',
      ...cover,
    });
    expect(await ask(path, { method: 'POST', body: rendition('COVER', 'x') })).toMatchObject({
      status: 409,
      body: { errorCode: '-17' },
    });
    const listed = await ask(`/files/${photo}/data/renditions?renditionType=uploaded`);
    expect(listed.body).toEqual({ errorCode: '0', id: photo, type: 'file', items: [{ type: 'rendition', ...cover }] });
    expect((await ask(`${path}?rendition=cover&renditionType=uploaded`)).status).toBe(200);
    expect(await ask(`${path}?rendition=cover`)).toMatchObject({ status: 404, body: { errorCode: '-16', rendition: 'cover' } });
    expect((await ask(`${path}?rendition=cover`, { method: 'DELETE' })).body).toEqual({
      errorCode: '0',
      id: photo,
      type: 'file',
    });
    expect((await ask(`${path}?rendition=cover`, { method: 'DELETE' })).status).toBe(404);
    expect((await ask(path, { method: 'POST', body: rendition('no spaces', 'x') })).status).toBe(400);
  });

  it('of pages are there once they were asked for', async () => {
    const { id } = (await upload('a.pdf', writePdf(3))).body;
    expect((await ask(`/files/${id}/pages`)).body).toEqual({ id, pages: '0', type: 'file', errorCode: '0' });
    expect((await ask(`/files/${id}/data/rendition?rendition=page1`)).status).toBe(404);
    expect((await ask(`/files/${id}/pages`, { method: 'POST' })).body).toEqual({ id, type: 'file', errorCode: '0' });
    expect((await ask(`/files/${id}/pages`)).body.pages).toBe('3');
    const page = await ask(`/files/${id}/data/rendition?rendition=page3`);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'image/png']);
    expect((await ask(`/files/${id}/data/rendition?rendition=page4`)).status).toBe(404);
    const thumbnail = await ask(`/files/${id}/data/rendition?rendition=thumbnail1&renditionType=system`);
    expect(thumbnail.headers['content-type']).toBe('image/jpeg');
    const names = (await ask(`/files/${id}/data/renditions`)).body.items.map(({ name }: Record<string, string>) => name);
    expect(names).toEqual(['page1', 'page2', 'page3', 'thumbnail1', 'thumbnail2', 'thumbnail3']);
  });

  it('of pages take their time', async () => {
    await sandbox.close();
    await start({ pagesDelayMs: 60_000 });
    const { id } = (await upload('a.txt', 'text')).body;
    await ask(`/files/${id}/pages`, { method: 'POST' });
    expect((await ask(`/files/${id}/pages`)).body.pages).toBe('0');
  });

  it('of pages are refused for other types', async () => {
    const { id } = (await upload('a.mp4', 'film')).body;
    expect(await ask(`/files/${id}/pages`, { method: 'POST' })).toMatchObject({ status: 400, body: { errorCode: '-1' } });
  });

  it('show a document’s front page, in parts too', async () => {
    const { status, headers } = await ask(`/files/${plan}/data/thumbnail`, { headers: { range: 'bytes=0-9' } });
    expect([status, headers['content-type'], headers['content-length']]).toEqual([206, 'image/jpeg', '10']);
  });

  it.each([
    ['thumbnailImage', photo, 200],
    ['mediumImage', plan, 200],
    ['largeImage', photo, 200],
    ['largeImage', plan, 415],
    ['smallImage?format=png', photo, 400],
  ])('%s of %s is %i', async (kind, id, status) => {
    expect((await ask(`/files/${id}/data/${kind}`, { headers: { range: 'bytes=0-9' } })).status).toBe(status);
  });

  it('beyond the end of a range are 416, with the size', async () => {
    const { status, headers, body } = await ask(`/files/${plan}/data`, { headers: { range: 'bytes=99999999-' } });
    expect([status, headers['content-range'], body.id]).toEqual([416, expect.stringMatching(/^bytes \*\/\d+$/), plan]);
  });
});

describe('Folders', () => {
  it('list what is in them, page by page', async () => {
    const first = (await ask('/folders/items?limit=2')).body;
    expect(first).toMatchObject({ count: '2', totalResults: '4', hasMore: '1', ownerFolderID: 'self', errorCode: '0' });
    const second = (await ask('/folders/self/items?limit=2&offset=2')).body;
    expect(second).toMatchObject({ count: '2', hasMore: '0' });
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(names).toEqual(['Harbour project', 'lighthouse.webp', 'mountains.jpg', 'notes.txt']);
    const latest = (await ask('/folders/items?orderby=modifiedTime:desc&limit=1')).body.items;
    expect(latest[0].name).toBe('notes.txt');
  });

  it('without anything have no items at all', async () => {
    const { id } = (await ask('/folders/self', send('POST', { name: 'empty' }))).body;
    const { body } = await ask(`/folders/${id}/items`);
    expect(body).toMatchObject({ id, name: 'empty', type: 'folder', childItemsCount: '0', count: '0', hasMore: '0' });
    expect(body).not.toHaveProperty('items');
    expect((await ask('/folders/self/items?filterName=NOTES.txt')).body).toMatchObject({ count: '1', totalResults: '1' });
  });

  it('of a name are made once', async () => {
    expect((await ask('/folders/self', send('POST', { name: 'new' }))).status).toBe(201);
    expect(await ask('/folders/self', send('POST', { name: 'New' }))).toMatchObject({ status: 409, body: { errorCode: '-17' } });
  });

  it('that others own inside what one may not see stand at home', async () => {
    const { items } = (await ask('/folders/items', { bearer: 'user-aa' })).body;
    expect(items).toMatchObject([{ name: 'Plans', parentID: 'self', type: 'folder' }]);
    expect((await ask(`/folders/${items[0].id}/items`, { bearer: 'user-bb' })).status).toBe(403);
  });

  it('are searched with all below them', async () => {
    const found = (await ask('/folders/search/items?fulltext=floor*')).body;
    expect(found).toMatchObject({ count: '1', totalCount: '1', items: [{ id: plan }] });
    const owned = (await ask('/folders/search/items?querytext=fOwnerLoginName%3CMATCHES%3E%60userAALoginName%60')).body;
    expect(owned.items.map(({ name }: Record<string, string>) => name)).toEqual([
      'fileViaApplink-renamed.txt',
      'floor-plan.pdf',
      'Plans',
    ]);
    expect((await ask('/folders/search/items')).status).toBe(400);
  });
});

describe('A sandbox', () => {
  it('without seed is empty', async () => {
    await sandbox.close();
    await start({ seed: false });
    expect((await ask('/folders/items')).body).toMatchObject({ count: '0', totalResults: '0' });
  });

  it('answers what it has no route for in the words of the system', async () => {
    expect(await ask('/files/everything/at/once')).toMatchObject({ status: 404, body: { errorCode: '-1' } });
  });

  it('answers faults in the words of the system', async () => {
    sandbox.faults.add({ kind: 'status', status: 503, retryAfterSeconds: 3 });
    const { status, headers, body } = await ask('/folders/items');
    expect([status, headers['retry-after'], body.errorCode]).toEqual([503, '3', '-1']);
  });
});
