import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoxCcgAuth, BoxClient, BoxDeveloperTokenAuth, CcgConfig } from 'box-node-sdk';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox(simulateBox());
});
afterEach(() => sandbox.close());

function clientOf(auth: ConstructorParameters<typeof BoxClient>[0]['auth']): BoxClient {
  const { url } = sandbox;
  return new BoxClient({ auth }).withCustomBaseUrls({ baseUrl: url, uploadUrl: `${url}/api`, oauth2Url: `${url}/oauth2` });
}

function client(): BoxClient {
  return clientOf(new BoxCcgAuth({ config: new CcgConfig({ clientId: 'demo', clientSecret: 'demo', enterpriseId: '4096' }) }));
}

async function upload(name: string, bytes: Buffer = randomBytes(64), parentId = '0') {
  const files = await client().uploads.uploadFile({
    attributes: { name, parent: { id: parentId } },
    file: Readable.from([bytes]),
  });
  const [file] = files.entries ?? [];
  if (!file) throw new Error('The upload gave no file');
  return file;
}

async function read(stream: Readable | undefined): Promise<Buffer> {
  if (!stream) throw new Error('There is no content');
  return buffer(stream);
}

describe("Box's own SDK, run against the sandbox", () => {
  it('gets a token of its own by client credentials, once', async () => {
    const own = client();
    expect(await own.users.getUserMe()).toMatchObject({ type: 'user' });
    await own.users.getUserMe();
    expect(sandbox.log.requests(/oauth2\/token/)).toHaveLength(1);
  });

  it('takes the fixed token', async () => {
    const own = clientOf(new BoxDeveloperTokenAuth({ token: 'sandbox-token' }));
    expect(await own.users.getUserMe()).toMatchObject({ id: '3105' });
  });

  it('reads, renames, copies and deletes files', async () => {
    const { files } = client();
    expect(await files.getFileById('12345')).toMatchObject({ id: '12345', name: 'harbour.jpg', parent: { id: '0' } });
    expect(await files.updateFileById('12345', { requestBody: { name: 'port.jpg', description: 'x' } })).toMatchObject({
      name: 'port.jpg',
      description: 'x',
    });
    expect(await files.copyFile('12345', { parent: { id: '770055' } })).toMatchObject({ name: 'port.jpg' });
    await files.deleteFileById('12345');
    const { trashedFiles } = client();
    expect(await trashedFiles.getTrashedFileById('12345')).toMatchObject({ itemStatus: 'trashed' });
    expect(await trashedFiles.restoreFileFromTrash('12345')).toMatchObject({ itemStatus: 'active' });
    await files.deleteFileById('12345');
    await trashedFiles.deleteTrashedFileById('12345');
    await expect(files.getFileById('12345')).rejects.toMatchObject({ responseInfo: { statusCode: 404 } });
  });

  it('reads thumbnails, and where the graphic is that stands for one', async () => {
    const { files } = client();
    const picture = await read((await files.getFileThumbnailById('12345', 'png')) as unknown as Readable);
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(await files.getFileThumbnailUrl('880012345605', 'png')).toContain(sandbox.url);
  });

  it('asks for representations', async () => {
    const { representations } = await client().files.getFileById('12345', {
      queryParams: { fields: ['representations'] },
      headers: { xRepHints: '[jpg?dimensions=320x320][png?dimensions=1024x1024]' },
    });
    expect(representations?.entries?.map(({ status }) => status?.state)).toEqual(['success', 'none']);
  });

  it('lists, creates and deletes folders', async () => {
    const { folders } = client();
    const made = await folders.createFolder({ name: 'New', parent: { id: '0' } });
    const first = await folders.getFolderItems('0', { queryParams: { usemarker: true, limit: 2 } });
    const names = first.entries?.map(({ name }) => name);
    expect(names).toEqual(['Drawings', 'New']);
    const second = await folders.getFolderItems('0', { queryParams: { usemarker: true, marker: first.nextMarker ?? '' } });
    expect(second.entries?.[0]).toMatchObject({ name: 'Photos' });
    expect(await folders.getFolderById('0')).toMatchObject({ name: 'All Files', itemCollection: { totalCount: 6 } });
    await folders.deleteFolderById(made.id);
    await expect(folders.getFolderById(made.id)).rejects.toMatchObject({ responseInfo: { statusCode: 404 } });
  });

  it('uploads a file, a version of it, and downloads both', async () => {
    const { id } = await upload('a.bin', Buffer.from('one'));
    const { uploads, downloads, fileVersions } = client();
    await uploads.uploadFileVersion(id, { attributes: { name: 'a.bin' }, file: Readable.from([Buffer.from('second')]) });
    expect((await read(await downloads.downloadFile(id))).toString()).toBe('second');
    const { entries } = await fileVersions.getFileVersions(id);
    const old = entries?.[0]?.id ?? '';
    expect((await read(await downloads.downloadFile(id, { queryParams: { version: old } }))).toString()).toBe('one');
    await fileVersions.promoteFileVersion(id, { requestBody: { id: old, type: 'file_version' } });
    expect((await read(await downloads.downloadFile(id))).toString()).toBe('one');
  });

  it('downloads a range', async () => {
    const { id } = await upload('a.bin', Buffer.from('0123456789'));
    const range = await client().downloads.downloadFile(id, { headers: { range: 'bytes=2-4' } });
    expect((await read(range)).toString()).toBe('234');
  });

  it('checks before an upload, and is told of a name that is taken', async () => {
    const { uploads } = client();
    expect(await uploads.preflightFileUploadCheck({ name: 'free.txt', size: 10, parent: { id: '0' } })).toMatchObject({
      uploadUrl: expect.stringContaining(sandbox.url),
    });
    const taken = uploads.preflightFileUploadCheck({ name: 'harbour.jpg', size: 10, parent: { id: '0' } });
    await expect(taken).rejects.toMatchObject({ responseInfo: { statusCode: 409 } });
    const negative = uploads.preflightFileUploadCheck({ name: 'x', size: -1, parent: { id: '0' } });
    await expect(negative).rejects.toMatchObject({ responseInfo: { statusCode: 400 } });
  });

  it('uploads 20 MiB in parts', async () => {
    const bytes = randomBytes(20 * 1024 * 1024 + 5);
    const { chunkedUploads, downloads } = client();
    const file = await chunkedUploads.uploadBigFile(Readable.from([bytes]), 'big.bin', bytes.length, '0');
    expect(file).toMatchObject({ name: 'big.bin', size: bytes.length });
    expect((await read(await downloads.downloadFile(file.id))).equals(bytes)).toBe(true);
  });

  it('opens, asks for and ends a session', async () => {
    const { chunkedUploads } = client();
    const session = await chunkedUploads.createFileUploadSession({ fileName: 'x', fileSize: 21_000_000, folderId: '0' });
    const id = session.id ?? '';
    expect(await chunkedUploads.getFileUploadSessionById(id)).toMatchObject({ totalParts: 3, numPartsProcessed: 0 });
    expect(await chunkedUploads.getFileUploadSessionParts(id)).toMatchObject({ totalCount: 0 });
    await chunkedUploads.deleteFileUploadSessionById(id);
    await expect(chunkedUploads.getFileUploadSessionById(id)).rejects.toMatchObject({ responseInfo: { statusCode: 404 } });
  });

  it('searches', async () => {
    const { search } = client();
    const found = await search.searchForContent({
      query: 'floor',
      fileExtensions: ['pdf'],
      ancestorFolderIds: ['0'],
      type: 'file',
    });
    expect(found.rawData).toMatchObject({ type: 'search_results_items', total_count: 1 });
    const shared = await search.searchForContent({ query: 'floor', includeRecentSharedLinks: true });
    expect(shared.rawData).toMatchObject({ type: 'search_results_with_shared_links' });
  });

  it('shares a file by a link with a password', async () => {
    const { sharedLinksFiles } = client();
    const password = 'Tide-2026!';
    const added = await sharedLinksFiles.addShareLinkToFile(
      '12345',
      { sharedLink: { access: 'open', password } },
      { fields: 'shared_link' },
    );
    const url = added.sharedLink?.url ?? '';
    const open = (word: string) =>
      sharedLinksFiles.findFileForSharedLink({}, { boxapi: `shared_link=${url}&shared_link_password=${word}` });
    expect(await open(password)).toMatchObject({ id: '12345', name: 'harbour.jpg' });
    await expect(open('wrong')).rejects.toMatchObject({ responseInfo: { statusCode: 403 } });
    const link = await sharedLinksFiles.getSharedLinkForFile('12345', { fields: 'shared_link' });
    expect(link.sharedLink).toMatchObject({ isPasswordEnabled: true, effectivePermission: 'can_download' });
    await sharedLinksFiles.updateSharedLinkOnFile(
      '12345',
      { sharedLink: { access: 'collaborators' } },
      { fields: 'shared_link' },
    );
    const removed = await sharedLinksFiles.removeSharedLinkFromFile('12345', { sharedLink: null }, { fields: 'shared_link' });
    expect(removed.sharedLink ?? null).toBeNull();
  });
});
