import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import sharp from 'sharp';
import { drawPhoto } from './photos.mjs';

const slideCount = 20;
const [width, height] = [2400, 1800];

/** Slides as people have them: of four, two show a photograph, as large as PowerPoint leaves them, one a screenshot and one words. About 14 MB. */
export async function drawDeck(folder) {
  const source = new URL('../rendering/office/office-files.ts', import.meta.url);
  const { code } = transformSync(await readFile(source, 'utf8'), { loader: 'ts' });
  const { pptx } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  await drawPhoto(join(folder, 'photo.jpeg'));
  const slides = [];
  for (let number = 0; number < slideCount; number += 1) slides.push(await drawSlide(number, join(folder, 'photo.jpeg')));
  return pptx(slides);
}

async function drawSlide(number, photo) {
  const text = `Slide ${number + 1} of a deck, with a line that says what it is about`;
  switch (number % 4) {
    case 1:
      return { text, picture: { bytes: await drawScreenshot(number), extension: 'png' } };
    case 3:
      return { text };
    default:
      return { text, picture: { bytes: await cropPhoto(photo, number), extension: 'jpeg' } };
  }
}

/** No two are the same. */
function cropPhoto(photo, number) {
  return sharp(photo)
    .extract({ left: number * 10, top: number * 10, width: 3600, height: 2700 })
    .resize(width, height)
    .jpeg({ quality: 85 })
    .toBuffer();
}

function drawScreenshot(number) {
  const rows = Array.from({ length: 60 }, (_, row) => {
    const y = 80 + row * 28;
    const words = `${number}.${row} The quick brown fox jumps over the lazy dog, ${(number * 7919 + row * 104_729) % 99_991} times`;
    const bar = `<rect x="1700" y="${y - 15}" width="${(number * row * 13) % 600}" height="18" fill="hsl(${row * 6},60%,60%)"/>`;
    return `<text x="320" y="${y}" font-family="sans-serif" font-size="17" fill="#222">${words}</text>${bar}`;
  });
  const window = `<rect width="100%" height="100%" fill="#fff"/><rect width="280" height="100%" fill="#2b3440"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${window}${rows.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
