import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type ImageFormat, imageFormats } from '../../../src/rendition.js';
import { asked, fileSource, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';

const folder = process.env.PROOFSHEET_CORPUS === undefined ? null : join(process.env.PROOFSHEET_CORPUS, 'images');

const contentTypes: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.svg': 'image/svg+xml',
};

/** The size inside 320 × 320, and where a browser shows the file: the mean colours of its four quarters there, row by row. */
interface Expected {
  readonly size: readonly [width: number, height: number];
  readonly quarters?: readonly number[];
}

const tooLarge = /^The picture has \d+ × \d+ px, the limit is 268 million px$/;
const damaged = /^The (?:JPEG|PNG) picture is damaged or incomplete$/;

const expectations: Record<string, Expected | RegExp> = {
  '16-bit-grey-alpha.png': { size: [109, 96], quarters: [248, 248, 248, 248, 248, 248, 248, 248, 248, 248, 248, 248] },
  '2569067123_aca715a2ee_o.jpg': { size: [320, 261], quarters: [106, 76, 63, 80, 61, 52, 99, 74, 60, 104, 77, 57] },
  '4.webp': { size: [320, 241], quarters: [93, 147, 179, 88, 143, 180, 118, 158, 170, 112, 147, 148] },
  '65536-uint32-limit.png': tooLarge,
  'Channel_digital_image_CMYK_color.jpg': {
    size: [320, 213],
    quarters: [120, 122, 114, 121, 124, 120, 128, 137, 118, 148, 152, 144],
  },
  'Crash_test.gif': { size: [320, 213], quarters: [127, 137, 103, 134, 141, 114, 136, 139, 129, 127, 132, 114] },
  'G31D_MULTI.TIF': { size: [243, 320] },
  'Landscape_6.jpg': { size: [320, 240], quarters: [113, 114, 101, 123, 124, 107, 85, 77, 68, 68, 66, 55] },
  'Portrait_8.jpg': { size: [240, 320], quarters: [118, 121, 108, 124, 127, 117, 111, 115, 82, 108, 108, 80] },
  'animated-loop-3.gif': { size: [320, 246], quarters: [253, 254, 251, 253, 254, 251, 253, 254, 251, 253, 254, 251] },
  'big-height.webp': { size: [13, 169] },
  'cielab-dagams.tiff': { size: [320, 213] },
  'corrupt-header.jpg': damaged,
  'embedgravitybird.png': { size: [320, 213], quarters: [134, 130, 116, 106, 103, 88, 145, 139, 127, 130, 122, 112] },
  'full-transparent.png': { size: [300, 300], quarters: [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255] },
  'gain-map.jpg': { size: [320, 180], quarters: [70, 70, 73, 68, 66, 68, 137, 134, 131, 125, 120, 116] },
  'giant-image.jpg': { size: [320, 224], quarters: [192, 192, 192, 192, 192, 192, 192, 192, 192, 192, 192, 192] },
  'grey-plus-alpha.gif': { size: [2, 1] },
  'pitm.avif': { size: [320, 63], quarters: [24, 35, 52, 23, 34, 51, 35, 40, 53, 34, 38, 52] },
  'rotating-squares.gif': { size: [80, 80] },
  'rotating-squares.webp': { size: [80, 80] },
  'sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif': {
    size: [320, 134],
    quarters: [129, 28, 60, 133, 20, 57, 89, 36, 91, 128, 35, 123],
  },
  'struct-image-04-t.svg': { size: [320, 240], quarters: [236, 236, 236, 106, 110, 109, 233, 233, 233, 146, 148, 145] },
  'testimgl.jpg': { size: [227, 149] },
  'tifftag-photoshop.tiff': { size: [317, 211] },
  'truncated.jpg': damaged,
  'truncated.png': damaged,
};

/** Colour management and scaling differ a little between programs; a wrong turn, a wrong channel or a lost half differ by far more. */
const tolerance = 20;

const corpus = folder === null ? describe.skip : describe;

corpus(`A thumbnail of each real picture${folder === null ? ' (needs PROOFSHEET_CORPUS, the folder of real files)' : ''}`, () => {
  const names = folder === null ? [] : readdirSync(folder).sort();
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  const render = (name: string, format: ImageFormat) => {
    const contentType = contentTypes[extname(name).toLowerCase()] ?? 'application/octet-stream';
    const source = fileSource(join(folder ?? '', name), contentType, name.replaceAll(/[^A-Za-z0-9.-]/g, '_'));
    return test.rendering.render(source, thumbnail(320, format), asked);
  };

  it('is expected of every file', () => {
    expect(names).toEqual(Object.keys(expectations).sort());
  });

  it.each(names)('%s is right, or refused with a reason', async (name) => {
    const expected = expectations[name];
    const outcomes = await Promise.all(imageFormats.map((format) => render(name, format)));
    for (const outcome of outcomes) {
      if (expected === undefined || expected instanceof RegExp) {
        expect(outcome).toMatchObject({ reason: expect.stringMatching(expected ?? /./) });
        continue;
      }
      const picture = ready(outcome);
      expect([picture.width, picture.height]).toEqual(expected.size);
      if (expected.quarters) expect(await distance(picture.bytes, expected.quarters)).toBeLessThan(tolerance);
    }
  });
});

async function distance(picture: Buffer, quarters: readonly number[]): Promise<number> {
  const onWhite = sharp(picture).flatten({ background: '#ffffff' }).resize(2, 2, { fit: 'fill', kernel: 'linear' });
  const colours = await onWhite.removeAlpha().raw().toBuffer();
  return Math.max(...quarters.map((value, index) => Math.abs(value - (colours[index] ?? 0))));
}
