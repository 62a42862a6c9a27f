import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openVaultGraph, uploadOf, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture, writePdf } from '../support/pictures.js';

let graph: VaultGraph;
const ids = { pdf: '', text: '' };

beforeAll(async () => {
  graph = await openVaultGraph();
  ids.pdf = await graph.store('three pages.pdf', writePdf(3));
  ids.text = await graph.store('note.txt', 'One two three');
});
afterAll(() => graph.close());

function ask(id: string, fields: string) {
  return graph.run(`query ($id: ID!) { attachment(id: $id) { ${fields} } }`, { id });
}

describe('Renditions', () => {
  const upload = `mutation ($id: ID!, $name: String!, $file: Upload!) {
    uploadRendition(input: { attachment: $id, name: $name, file: $file, clientMutationId: "m" }) {
      clientMutationId rendition { name kind page version state format width contentType sizeBytes madeBy base64 url } } }`;

  it('are the pages and what was uploaded', async () => {
    const png = await drawPicture(10, 20, 'png');
    const uploaded = await graph.run(upload, { id: ids.pdf, name: 'cover', file: uploadOf('cover.png', png) });
    expect(uploaded.at('uploadRendition')).toMatchObject({
      clientMutationId: 'm',
      rendition: {
        name: 'cover',
        kind: 'UPLOADED',
        page: null,
        version: 1,
        state: 'READY',
        format: 'PNG',
        width: null,
        contentType: 'image/png',
        sizeBytes: png.length,
        madeBy: 'PROVIDER',
        base64: png.toString('base64'),
      },
    });
    const grant = graph.urls.verify(`${uploaded.at('uploadRendition.rendition.url')}`.replace('http://files.test', ''));
    expect(grant.variant).toEqual({ kind: 'uploaded', name: 'cover' });

    const listed = await ask(ids.pdf, 'renditions { name kind } rendition(name: "cover") { base64 }');
    expect(listed.at('attachment.renditions')).toEqual([
      { name: 'page1', kind: 'SYSTEM' },
      { name: 'page2', kind: 'SYSTEM' },
      { name: 'page3', kind: 'SYSTEM' },
      { name: 'cover', kind: 'UPLOADED' },
    ]);
    expect(listed.at('attachment.rendition.base64')).toBe(png.toString('base64'));
  });

  it('go again by deleteRendition, once', async () => {
    await graph.run(upload, { id: ids.text, name: 'extra', file: uploadOf('a', 'b') });
    const remove =
      'mutation ($id: ID!) { deleteRendition(input: { attachment: $id, name: "extra" }) { attachment { id renditions { name } } } }';
    expect((await graph.run(remove, { id: ids.text })).data).toEqual({
      deleteRendition: { attachment: { id: ids.text, renditions: [{ name: 'page1' }] } },
    });
    expect((await graph.run(remove, { id: ids.text })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('cannot take the name of a page', async () => {
    const answer = await graph.run(upload, { id: ids.pdf, name: 'page2', file: uploadOf('a', 'b') });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('cannot be of a version below 1', async () => {
    const ofVersion = upload
      .replace('$file: Upload!', '$file: Upload!, $version: Int')
      .replace('name: $name', 'name: $name, version: $version');
    const answer = await graph.run(ofVersion, { id: ids.pdf, name: 'cover', file: uploadOf('a', 'b'), version: 0 });
    expect(answer.errors).toMatchObject([
      { message: 'version must be 1 or more, got 0', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('are NOT_FOUND by a name that nobody uploaded', async () => {
    const answer = await ask(ids.pdf, 'rendition(name: "nobody") { url }');
    expect(answer.errors).toMatchObject([{ path: ['attachment', 'rendition'], extensions: { code: 'NOT_FOUND' } }]);
  });
});
