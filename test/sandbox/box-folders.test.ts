import { describe, expect, it } from '@jest/globals';
import { json, send, sendJson, serveBox } from '../support/box-requests.js';

serveBox();

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
