import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalog } from '../../src/catalog/catalog.js';
import { Changes } from '../../src/catalog/changes.js';
import type { AheadSettings } from '../../src/catalog/drawing-ahead.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import { Renditions } from '../../src/catalog/renditions.js';
import { openTestRendering, type TestRendering } from '../rendering/harness.js';
import { ShelfProvider } from '../support/shelf-provider.js';
import { call, openTestVault, type TestVault } from '../support/vault.js';
import { photo, thumbnail } from './ladder-harness.js';

let vault: TestVault;
let rendering: TestRendering;
const shelf = new ShelfProvider('shelf');
const root = { provider: 'vault', type: 'Folder', id: 'root' } as const;

beforeEach(async () => {
  vault = await openTestVault();
  rendering = await openTestRendering();
});

afterEach(async () => {
  await rendering.close();
  await vault.close();
});

/** A file uploaded to the vault, as it is when all is made of it that is made ahead. */
async function upload(filename: string, bytes: Buffer, ahead?: AheadSettings) {
  const catalog = new Catalog([vault.vault, shelf]);
  const parts = { catalog, rendering: rendering.rendering, ownPictures: new OwnPictures(0), maxPictureBytes: 1 };
  const renditions = new Renditions({ ...parts, ...(ahead ? { ahead } : {}) });
  const file = { filename, content: Readable.from([bytes]), digest: null };
  const attachment = await new Changes(catalog, renditions).upload(root, file, 'FAIL', call);
  return { attachment, renditions };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const settings: AheadSettings = { sizes: [160, 320], formats: ['JPEG', 'WEBP'], maxWaiting: 10 };

describe('What is uploaded to the vault', () => {
  it('has its small thumbnails before anybody asks, and no others', async () => {
    const { attachment, renditions } = await upload('photo.jpg', await photo(600, 400), settings);
    await until(() => renditions.stats().aheadDone === 1);
    const found = (['JPEG', 'WEBP', 'PNG'] as const).flatMap((format) =>
      ([160, 320, 640] as const)
        .filter((size) => renditions.find(attachment, thumbnail(size, format)))
        .map((size) => `${format} ${size}`),
    );
    expect(found).toEqual(['JPEG 160', 'JPEG 320', 'WEBP 160', 'WEBP 320']);
    expect(renditions.thumbhash(attachment)).not.toBeNull();
  });

  it('is only measured where no sizes are configured', async () => {
    const { attachment, renditions } = await upload('photo.jpg', await photo(600, 400));
    await until(() => renditions.knownFacts(attachment) !== null);
    expect(renditions.stats()).toMatchObject({ aheadWaiting: 0, aheadDone: 0 });
    expect(rendering.rendering.stats()).toMatchObject({ imageDone: 1 });
  });

  it('may be broken', async () => {
    const whole = await photo(600, 400);
    const { attachment, renditions } = await upload('photo.jpg', whole.subarray(0, whole.length / 2), settings);
    await until(() => renditions.stats().aheadDone === 1);
    expect(renditions.find(attachment, thumbnail(320))).toMatchObject({ state: 'FAILED' });
  });
});

describe('What is uploaded elsewhere', () => {
  it('is not fetched', async () => {
    shelf.files.set('photo', { bytes: await photo(600, 400), contentType: 'image/jpeg', filename: 'photo.jpg' });
    const { renditions } = await upload('photo.jpg', await photo(60, 40), settings);
    const far = await shelf.stat('photo', {});
    if (far) renditions.readAhead(far, call);
    await until(() => renditions.stats().aheadDone === 1);
    expect(shelf.opened).toEqual([]);
  });
});
