import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attachmentStates, type OpenedContent } from '../../../src/attachment.js';
import { call } from '../../support/vault.js';
import { openVirolaSandbox, type VirolaSandbox } from '../../support/virola.js';

let virola: VirolaSandbox;

beforeEach(async () => {
  virola = await openVirolaSandbox();
});

afterEach(() => virola.close());

async function lengthOf(opened: OpenedContent | null): Promise<number | null> {
  return opened && 'stream' in opened.body
    ? (await opened.body.stream.toArray()).reduce((sum, { length }) => sum + length, 0)
    : null;
}

describe('An attachment', () => {
  it('is told as the system has it', async () => {
    expect(await virola.provider.stat('3423', {}, call)).toEqual({
      provider: 'virola',
      id: '3423',
      filename: 'Document.pdf',
      contentType: 'application/pdf',
      sizeBytes: 645560,
      // 33 digits are no digest that somebody could check.
      digest: null,
      state: 'READY',
      createdAt: new Date(1753209786659),
      modifiedAt: new Date(1753209786659),
      container: { provider: 'virola', type: 'Message', id: '6-1234567' },
      versionNumber: null,
      contentKey: 'virola-1-3423-745b0802bd1233adee5985eb5933a4aad',
      permissions: { read: true, download: true, replace: false, delete: true, share: false },
      hasThumbnail: false,
    });
  });

  it('costs one request, and its bytes two', async () => {
    await virola.provider.stat('3423', {}, call);
    expect(virola.sandbox.log.requests()).toHaveLength(1);
    expect(await lengthOf(await virola.provider.open('3423', {}, call))).toBe(645560);
    expect(virola.sandbox.log.requests()).toHaveLength(3);
  });

  it('that was made nobody knows when has no date', async () => {
    const { items } = await virola.provider.list({ orderBy: 'NAME_ASC', text: 'market' }, { first: 10, after: null }, call);
    const market = items.find(({ item }) => item.container?.id.startsWith('2-'))?.item;
    expect([market?.createdAt, market?.modifiedAt]).toEqual([null, expect.any(Date)]);
  });

  it('can be in each of the nine states, and is open in one of them', async () => {
    const query = { container: { type: 'Room', id: '8' }, states: attachmentStates, orderBy: 'MODIFIED_ASC' } as const;
    const { items } = await virola.provider.list(query, { first: 20, after: null }, call);
    expect(items.map(({ item }) => item.state)).toEqual(attachmentStates.slice(0, 9));
    const refused = items.slice(0, 8).map(({ item }) => virola.provider.open(item.id, {}, call).catch(({ code }) => code));
    expect(new Set(await Promise.all(refused))).toEqual(new Set(['CONFLICT']));
  });

  it('of any name can be downloaded', async () => {
    const { items } = await virola.provider.list({ orderBy: 'NAME_ASC', text: '#1? 100%' }, { first: 1, after: null }, call);
    const found = items[0]?.item;
    expect(await lengthOf(await virola.provider.open(found?.id ?? '', {}, call))).toBe(found?.sizeBytes);
  });

  it.each([
    ['../../x', 'x'],
    ['a\nb.txt', 'ab.txt'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['\ud800.txt', '\ufffd.txt'],
  ])('that the system calls %j is told as %j, and harmless to open', async (fileName, filename) => {
    const wire = {
      attachmentId: 3423,
      attachmentState: 'ReadyForDownloadFromServerToClient',
      fileName,
      roomId: 6,
      textMessageId: 1234567,
    };
    virola.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body: JSON.stringify(wire), path: '/3423$' });
    expect(await virola.provider.stat('3423', {}, call)).toMatchObject({ filename });
    expect(await virola.provider.open('3423', {}, call)).toBeNull();
    const elsewhere = virola.sandbox.log.requests().filter(({ path }) => !path.startsWith('/api/v1/attachments/3423'));
    expect(elsewhere).toEqual([]);
  });

  it('whose bytes break off fails instead of being short', async () => {
    virola.sandbox.faults.add({ kind: 'truncate', afterBytes: 1_000, path: 'Document.pdf' });
    const opened = await virola.provider.open('3423', {}, call);
    if (!opened || !('stream' in opened.body)) throw new Error('There is no stream');
    await expect(text(opened.body.stream)).rejects.toThrow();
  });

  it('that the system is not well enough to tell is an error', async () => {
    virola.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body: '{"attachmentId": "x"}', times: 1 });
    await expect(virola.provider.stat('3423', {}, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    virola.sandbox.faults.add({ kind: 'body', contentType: 'text/html', body: '<p>Hello', times: 1 });
    await expect(virola.provider.stat('3423', {}, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it.each([
    [404, null],
    [403, 'FORBIDDEN'],
  ])('is refused by a body with status %i though HTTP calls it a success', async (httpStatusCode, code) => {
    const body = JSON.stringify({ errorText: 'No', httpStatusCode });
    virola.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, times: 1 });
    expect(await virola.provider.stat('3423', {}, call).catch((error) => error.code)).toBe(code);
  });
});
