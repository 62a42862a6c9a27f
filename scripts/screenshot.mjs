/** Takes the README's picture, docs/graphiql.png, of the program as it is after its first start. Needs Chromium and a build. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { withServer } from './temporary-server.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const picture = await sharp(await withServer('', photograph))
  .png({ palette: true, quality: 90, effort: 10 })
  .toBuffer();
await mkdir(join(root, 'docs'), { recursive: true });
await writeFile(join(root, 'docs/graphiql.png'), picture);
console.log(`docs/graphiql.png: ${Math.round(picture.length / 1024)} KiB`);

/** The first example with its answer, as a visitor sees it. */
async function photograph(url) {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 960 }, deviceScaleFactor: 1.5 });
    await page.goto(`${url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('"data"').waitFor();
    await page.locator('.result-window').getByText('harbour-160.jpg').first().hover();
    await page.locator('.monaco-hover img').first().waitFor();
    await page.waitForLoadState('networkidle');
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}
