import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture, writePdf } from '../support/pictures.js';

let graph: VaultGraph;
const ids = { photo: '', pdf: '', text: '' };

beforeAll(async () => {
  graph = await openVaultGraph();
  ids.photo = await graph.store('photo.jpg', await drawPicture(800, 600));
  ids.pdf = await graph.store('three pages.pdf', writePdf(3));
  ids.text = await graph.store('note.txt', 'One two three');
});
afterAll(() => graph.close());

function ask(id: string, fields: string) {
  return graph.run(`query ($id: ID!) { attachment(id: $id) { ${fields} } }`, { id });
}

describe('A page of a document', () => {
  it('is drawn in the width and format asked for', async () => {
    const fields =
      'rendition(page: 2, width: 200, format: JPEG) { name kind page version state format width height madeBy base64 }';
    const answer = await ask(ids.pdf, fields);
    expect(answer.at('attachment.rendition')).toMatchObject({
      name: 'page2',
      kind: 'SYSTEM',
      page: 2,
      version: 1,
      state: 'READY',
      format: 'JPEG',
      width: 256,
      height: 384,
      madeBy: 'RENDERED_HERE',
    });
    const bytes = Buffer.from(`${answer.at('attachment.rendition.base64')}`, 'base64');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 256, height: 384 });
  });

  it('is NOT_FOUND beyond the last, naming the page count', async () => {
    const answer = await ask(ids.pdf, 'pageCount rendition(page: 4) { url }');
    expect(answer.data).toEqual({ attachment: { pageCount: 3, rendition: null } });
    expect(answer.errors).toMatchObject([
      { message: 'There is no page 4: "three pages.pdf" has 3 pages', extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  it.each([
    ['page: 0', 'page must be 1 or more, got 0'],
    ['page: 1, width: 0', 'width must be from 1 to 2048, got 0'],
    ['page: 1, name: "x"', 'Give exactly one of page and name'],
    ['format: PNG', 'Give exactly one of page and name'],
  ])('is refused for (%s)', async (args, message) => {
    const answer = await ask(ids.pdf, `rendition(${args}) { url }`);
    expect(answer.errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('is UNSUPPORTED for what has no pages', async () => {
    const answer = await ask(ids.photo, 'pageCount rendition(page: 1) { state reason url }');
    expect(answer.data).toEqual({
      attachment: { pageCount: null, rendition: { state: 'UNSUPPORTED', reason: 'image/jpeg has no pages', url: null } },
    });
  });

  it('stands in `pages` with the others, a few at a time', async () => {
    const query = `query ($id: ID!, $after: String) { attachment(id: $id) { pages(first: 2, after: $after, width: 100) {
      nodes { page url } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    const first = await graph.run(query, { id: ids.pdf });
    expect(first.at('attachment.pages')).toMatchObject({
      nodes: [{ page: 1 }, { page: 2 }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const second = await graph.run(query, { id: ids.pdf, after: first.at('attachment.pages.pageInfo.endCursor') });
    expect(second.at('attachment.pages')).toMatchObject({
      nodes: [{ page: 3 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  it('does not blank its neighbours when the document cannot be opened', async () => {
    const id = await graph.store('broken.pdf', '%PDF-1.4\nnothing of a document');
    const answer = await ask(id, 'filename pageCount pages { nodes { page } } rendition(page: 1) { state reason }');
    expect(answer.data).toMatchObject({
      attachment: { filename: 'broken.pdf', pageCount: null, pages: { nodes: [] }, rendition: { state: 'FAILED' } },
    });
    expect(answer.at('attachment.rendition.reason')).toEqual(expect.stringContaining('PDF'));
  });
});

describe('Text', () => {
  it('comes from text files and PDFs, up to a length', async () => {
    expect((await ask(ids.text, 'text')).at('attachment.text')).toBe('One two three');
    expect((await ask(ids.text, 'text(maxChars: 7)')).at('attachment.text')).toBe('One two');
    expect((await ask(ids.pdf, 'text')).at('attachment.text')).toContain('Page 3');
  });

  it('is null where there is none', async () => {
    expect(await ask(ids.photo, 'text')).toMatchObject({ data: { attachment: { text: null } }, errors: [] });
  });

  it.each([0, 1_000_001])('is refused for maxChars %i', async (maxChars) => {
    const answer = await ask(ids.text, `text(maxChars: ${maxChars})`);
    expect(answer.errors).toMatchObject([
      { message: `maxChars must be from 1 to 1000000, got ${maxChars}`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});
