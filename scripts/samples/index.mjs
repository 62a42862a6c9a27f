import { readFile } from 'node:fs/promises';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { floorPlan } from './floor-plan.mjs';
import { harbour } from './harbour.mjs';
import { invoice } from './invoice.mjs';
import { lighthouse } from './lighthouse.mjs';
import { logo } from './logo.mjs';
import { market } from './market.mjs';
import { mountains } from './mountains.mjs';

/** The files by name, as src/sandbox/samples.ts lists them. */
export async function drawSamples() {
  const plan = floorPlan();
  const [harbourJpeg, mountainsJpeg, marketPng, lighthouseWebp, planPages, notes] = await Promise.all([
    picture(harbour()).jpeg({ quality: 88 }).toBuffer(),
    picture(mountains()).jpeg({ quality: 88 }).toBuffer(),
    picture(market()).png({ palette: true, quality: 95, effort: 4 }).toBuffer(),
    picture(lighthouse()).webp({ quality: 86, effort: 2 }).toBuffer(),
    pagesAsPng(plan),
    readFile(new URL('notes.txt', import.meta.url)),
  ]);
  return {
    'harbour.jpg': harbourJpeg,
    'mountains.jpg': mountainsJpeg,
    'market.png': marketPng,
    'lighthouse.webp': lighthouseWebp,
    'logo.svg': Buffer.from(logo()),
    'floor-plan.pdf': plan,
    'invoice.pdf': invoice(),
    ...Object.fromEntries(planPages.map((png, index) => [`floor-plan-page${index + 1}.png`, png])),
    'notes.txt': notes,
  };
}

function picture(svg) {
  return sharp(Buffer.from(svg));
}

/** 1,684 × 1,190: two pixels for each point of the page. */
async function pagesAsPng(plan) {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(plan);
    const pages = [];
    for (const page of document.pages()) pages.push(await page.render({ scale: 2, render: pngOf }));
    document.destroy();
    return pages.map(({ data }) => data);
  } finally {
    library.destroy();
  }
}

function pngOf({ data, width, height }) {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .flatten()
    .png({ palette: true, effort: 4 })
    .toBuffer();
}
