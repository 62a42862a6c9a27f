import { describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../src/attachment.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import { ShelfProvider } from '../support/shelf-provider.js';

async function attachmentOf(text: string): Promise<Attachment> {
  const shelf = new ShelfProvider('shelf');
  shelf.files.set('id', { bytes: Buffer.from(text), contentType: 'image/png', filename: 'a.png' });
  const attachment = await shelf.stat('id', {});
  if (!attachment) throw new Error('nothing there');
  return attachment;
}

describe('Pictures that lists told along', () => {
  it('are found by what they are pictures of: another version has another', async () => {
    const pictures = new OwnPictures(1000);
    const picture = { bytes: Buffer.from('picture'), sizeCap: 64 };
    pictures.put(await attachmentOf('one'), picture);
    expect(pictures.find(await attachmentOf('one'))).toBe(picture);
    expect(pictures.find(await attachmentOf('two'))).toBeNull();
  });

  it('never take more memory than they may', async () => {
    const pictures = new OwnPictures(1000);
    for (let at = 0; at < 50; at += 1) pictures.put(await attachmentOf(`${at}`), { bytes: Buffer.alloc(300), sizeCap: null });
    expect(pictures.stats()).toMatchObject({ ownPictures: 3, ownPictureBytes: 900 });
    expect(pictures.find(await attachmentOf('0'))).toBeNull();
  });

  it('are not kept where there is no room for any', async () => {
    const pictures = new OwnPictures(0);
    pictures.put(await attachmentOf('one'), { bytes: Buffer.alloc(3), sizeCap: null });
    expect(pictures.find(await attachmentOf('one'))).toBeNull();
  });
});
