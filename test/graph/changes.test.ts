import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openVaultGraph, uploadOf, type VaultGraph } from '../support/graph-harness.js';

let graph: VaultGraph;

beforeAll(async () => {
  graph = await openVaultGraph();
});
afterAll(() => graph.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('uploadAttachments', () => {
  const mutation = `mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { clientMutationId results {
    filename attachment { filename contentType sizeBytes state digest { algorithm hex } versionNumber container { id } viewerCan { delete } }
    error { code message } } } }`;
  const upload = (files: object[], more: object = {}) =>
    graph.run(mutation, { input: { container: graph.root, files, ...more } });

  it('gives each file its own result, in the order given', async () => {
    const answer = await upload(
      [
        { file: uploadOf('good.txt', 'good') },
        { file: uploadOf('wrong.txt', 'wrong'), digest: { algorithm: 'sha256', hex: sha256('other') } },
        { file: uploadOf('../../etc/pass\u0000wd', 'cleaned') },
        { file: uploadOf('x', 'named'), filename: 'a/b.txt' },
        { file: uploadOf('empty.txt', '') },
        { file: uploadOf('right.txt', 'right'), digest: { algorithm: 'SHA-256', hex: sha256('right').toUpperCase() } },
      ],
      { clientMutationId: 'mark' },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.at('uploadAttachments')).toMatchObject({
      clientMutationId: 'mark',
      results: [
        {
          filename: 'good.txt',
          error: null,
          attachment: {
            filename: 'good.txt',
            contentType: 'text/plain',
            sizeBytes: 4,
            state: 'READY',
            digest: { algorithm: 'sha256', hex: sha256('good') },
            versionNumber: 1,
            container: { id: graph.root },
            viewerCan: { delete: true },
          },
        },
        { filename: 'wrong.txt', attachment: null, error: { code: 'DIGEST_MISMATCH' } },
        { filename: 'passwd', error: null },
        {
          filename: 'a/b.txt',
          attachment: null,
          error: { code: 'BAD_USER_INPUT', message: expect.stringContaining('not a path') },
        },
        { filename: 'empty.txt', attachment: { sizeBytes: 0 } },
        { filename: 'right.txt', error: null },
      ],
    });
  });

  it.each([
    [{ algorithm: 'crc32', hex: 'x' }, 'digest.algorithm must be "sha256" or "sha1" or "md5", got "crc32"'],
    [{ algorithm: 'md5', hex: '0'.repeat(32) }, 'digest.algorithm must be sha256, got "md5"'],
    [{ algorithm: 'sha256', hex: 'x' }, 'digest.hex of a sha256 must be 64 hexadecimal digits'],
  ])('refuses the digest %j', async (digest, message) => {
    const answer = await upload([{ file: uploadOf('digest.txt', 'x'), digest }]);
    expect(answer.at('uploadAttachments.results.0.error')).toEqual({ code: 'BAD_USER_INPUT', message });
  });

  it('does with a name that is taken what onCollision says', async () => {
    await upload([{ file: uploadOf('taken.txt', '1') }]);
    const outcome = async (onCollision?: string) => {
      const answer = await upload([{ file: uploadOf('taken.txt', '2') }], onCollision ? { onCollision } : {});
      return answer.at('uploadAttachments.results.0');
    };
    expect(await outcome()).toMatchObject({ error: { code: 'CONFLICT' } });
    expect(await outcome('RENAME')).toMatchObject({ filename: 'taken (2).txt' });
    expect(await outcome('NEW_VERSION')).toMatchObject({ attachment: { filename: 'taken.txt', versionNumber: 2 } });
  });

  it('takes a file that stands in two places only once', async () => {
    const file = uploadOf('twice.txt', 'twice');
    const answer = await upload([{ file }, { file, filename: 'again.txt' }]);
    expect(answer.at('uploadAttachments.results')).toMatchObject([
      { filename: 'twice.txt', error: null },
      { filename: 'again.txt', error: { code: 'BAD_USER_INPUT', message: expect.stringContaining('two places') } },
    ]);
  });

  it('tells of a folder that is not there with each file', async () => {
    const answer = await graph.run(mutation, {
      input: { container: 'gid://vault/Folder/nobody', files: [{ file: uploadOf('a', 'b') }] },
    });
    expect(answer.at('uploadAttachments.results.0.error')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is refused without files', async () => {
    expect((await upload([])).errors).toMatchObject([
      { message: 'files must be from 1 to 100 files, got 0', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('is refused where a file is not a part of the request', async () => {
    const answer = await upload([{ file: 'text' }]);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(answer.errors[0]?.message).toContain('send it as a part of a multipart/form-data request');
  });
});

describe('Versions', () => {
  const add = `mutation ($id: ID!, $file: Upload!, $ifVersion: Int) { uploadVersion(input: { attachment: $id, file: $file, ifVersion: $ifVersion }) {
    attachment { id filename versionNumber sizeBytes } } }`;
  const versions = `query ($id: ID!, $first: Int) { attachment(id: $id) { versionNumber
    versions(first: $first) { nodes { number current sizeBytes digest { hex } createdAt attachment { versionNumber content { base64 } } } pageInfo { hasNextPage } }
    first: content(version: 1) { base64 sizeBytes } } }`;

  it('are added, listed newest first, read and restored', async () => {
    const id = await graph.store('versioned.txt', 'one');
    const added = await graph.run(add, { id, file: uploadOf('other name.txt', 'second') });
    expect(added.at('uploadVersion.attachment')).toEqual({ id, filename: 'versioned.txt', versionNumber: 2, sizeBytes: 6 });

    const listed = await graph.run(versions, { id, first: 1 });
    expect(listed.at('attachment')).toMatchObject({
      versionNumber: 2,
      versions: { nodes: [{ number: 2, current: true }], pageInfo: { hasNextPage: true } },
      first: { base64: Buffer.from('one').toString('base64'), sizeBytes: 3 },
    });
    const all = await graph.run(versions, { id });
    expect(all.at('attachment.versions.nodes')).toMatchObject([
      { number: 2, digest: { hex: sha256('second') }, attachment: { versionNumber: 2 } },
      { number: 1, current: false, attachment: { versionNumber: 1, content: { base64: Buffer.from('one').toString('base64') } } },
    ]);

    const restore =
      'mutation ($id: ID!, $version: Int!) { restoreVersion(input: { attachment: $id, version: $version }) { attachment { versionNumber sizeBytes } } }';
    expect((await graph.run(restore, { id, version: 1 })).at('restoreVersion.attachment')).toEqual({
      versionNumber: 3,
      sizeBytes: 3,
    });
    expect((await graph.run(restore, { id, version: 9 })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('are not added over one that the client has not seen', async () => {
    const id = await graph.store('seen.txt', 'one');
    const answer = await graph.run(add, { id, file: uploadOf('x', 'two'), ifVersion: 5 });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  });

  it.each([0, -1])('are refused over version %i, which no attachment has', async (ifVersion) => {
    const id = await graph.store(`never ${ifVersion}.txt`, 'one');
    const answer = await graph.run(add, { id, file: uploadOf('x', 'two'), ifVersion });
    const message = `ifVersion must be 1 or more, got ${ifVersion}`;
    expect(answer.errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('An attachment', () => {
  it('is renamed', async () => {
    const id = await graph.store('before.txt', 'x');
    const rename =
      'mutation ($id: ID!, $name: String!) { renameAttachment(input: { attachment: $id, filename: $name }) { attachment { filename } } }';
    expect((await graph.run(rename, { id, name: 'after.txt' })).at('renameAttachment.attachment.filename')).toBe('after.txt');
    const refused = await graph.run(rename, { id, name: '../x' });
    expect(refused).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('goes to the trash, comes back, and goes for good', async () => {
    const id = await graph.store('temporary.txt', 'x');
    const remove =
      'mutation ($id: ID!, $permanently: Boolean) { deleteAttachment(input: { attachment: $id, permanently: $permanently, clientMutationId: "d" }) { deletedId clientMutationId } }';
    const restore = 'mutation ($id: ID!) { restoreAttachment(input: { attachment: $id }) { attachment { state } } }';
    const state = async () => (await graph.run('query ($id: ID!) { attachment(id: $id) { state } }', { id })).at('attachment');

    expect((await graph.run(remove, { id })).at('deleteAttachment')).toEqual({ deletedId: id, clientMutationId: 'd' });
    expect(await state()).toEqual({ state: 'TRASHED' });
    expect((await graph.run(restore, { id })).at('restoreAttachment.attachment.state')).toBe('READY');
    expect((await graph.run(remove, { id, permanently: true })).errors).toEqual([]);
    expect(await state()).toBeNull();
  });

  it.each([
    'uploadVersion(input: { attachment: $id, file: $file }) { clientMutationId }',
    'restoreVersion(input: { attachment: $id, version: 1 }) { clientMutationId }',
    'uploadRendition(input: { attachment: $id, name: "n", file: $file }) { clientMutationId }',
    'deleteRendition(input: { attachment: $id, name: "n" }) { clientMutationId }',
    'deleteAttachment(input: { attachment: $id }) { clientMutationId }',
    'restoreAttachment(input: { attachment: $id }) { clientMutationId }',
    'renameAttachment(input: { attachment: $id, filename: "n" }) { clientMutationId }',
  ])('that is not there is NOT_FOUND for %s', async (field) => {
    const variables = { id: 'gid://vault/Attachment/nobody', ...(field.includes('$file') ? { file: uploadOf('a', 'b') } : {}) };
    const declared = field.includes('$file') ? '$id: ID!, $file: Upload!' : '$id: ID!';
    const answer = await graph.run(`mutation (${declared}) { ${field} }`, variables);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});
