import sharp from 'sharp';
import type { Attachment } from '../../src/attachment.js';
import type { Call } from '../../src/call.js';
import { Catalog } from '../../src/catalog/catalog.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import type { RenditionAnswer } from '../../src/catalog/rendition-answer.js';
import { Renditions } from '../../src/catalog/renditions.js';
import type { ImageFormat, LadderSize, RenditionSpec } from '../../src/rendition.js';
import { openTestRendering } from '../rendering/harness.js';
import { PicturedShelf } from '../support/pictured-shelf.js';
import { callWith } from '../support/vault.js';

const maxPictureBytes = 2_000_000;

/** The ladder over one shelf with real rendering. What it logs is kept. */
export async function openLadder() {
  const { rendering, close } = await openTestRendering();
  const shelf = new PicturedShelf('shelf');
  const ownPictures = new OwnPictures(1024 ** 2);
  const renditions = new Renditions({ catalog: new Catalog([shelf]), rendering, ownPictures, maxPictureBytes });
  const logged: object[] = [];
  const call = (signal?: AbortSignal): Call => {
    const { log, ...rest } = callWith(signal);
    return { ...rest, log: { ...log, warn: (fields) => void logged.push(fields) } };
  };
  const stat = async (id: string): Promise<Attachment> => {
    const attachment = await shelf.stat(id, {});
    if (!attachment) throw new Error(`${id} is not on the shelf`);
    return attachment;
  };
  return {
    shelf,
    rendering,
    renditions,
    ownPictures,
    logged,
    call,
    stat,
    draw: async (id: string, spec: RenditionSpec = thumbnail(320)): Promise<RenditionAnswer> =>
      renditions.draw(await stat(id), spec, call()),
    close,
  };
}

export type TestLadder = Awaited<ReturnType<typeof openLadder>>;

export function thumbnail(size: LadderSize, format: ImageFormat = 'JPEG'): RenditionSpec {
  return { kind: 'thumbnail', size, format };
}

export function page(number: number, width: LadderSize, format: ImageFormat = 'PNG'): RenditionSpec {
  return { kind: 'page', page: number, width, format };
}

/** A picture with something in it, so that its bytes are its own. */
export function photo(width: number, height: number, format: 'jpeg' | 'png' | 'webp' | 'gif' = 'jpeg'): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#4060a0', noise } })
    .toFormat(format)
    .toBuffer();
}

/** Its pictures can be drawn here from the original. */
export async function image(width = 640, height = 480) {
  return { bytes: await photo(width, height), contentType: 'image/jpeg', filename: 'photo.jpg' };
}

/** Nothing here can draw it. */
export function modelFile(name = 'model.step') {
  return { bytes: Buffer.from(name), contentType: 'model/step', filename: name };
}

export function ready(answer: RenditionAnswer): Extract<RenditionAnswer, { state: 'READY' }> {
  if (answer.state !== 'READY') throw new Error(JSON.stringify(answer));
  return answer;
}
