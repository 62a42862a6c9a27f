/** Takes the README's picture, docs/graphiql.png, of the real program with a few drawn files. Needs Chromium and a build. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const data = await mkdtemp(join(tmpdir(), 'proofsheet-screenshot-'));
const server = spawn(join(root, 'bin/proofsheet.cjs'), ['serve'], {
  env: { ...process.env, PORT: '0', PROOFSHEET_DATA: data },
  cwd: data,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await readyUrl();
  for (const [filename, hue] of [
    ['harbour at noon.jpg', 200],
    ['vineyard.jpg', 110],
    ['dunes.jpg', 35],
  ]) {
    await upload(url, filename, await drawHills(hue));
  }
  const picture = await sharp(await photograph(url))
    .png({ palette: true, quality: 90, effort: 10 })
    .toBuffer();
  await mkdir(join(root, 'docs'), { recursive: true });
  await writeFile(join(root, 'docs/graphiql.png'), picture);
  console.log(`docs/graphiql.png: ${Math.round(picture.length / 1024)} KiB`);
} finally {
  server.kill();
  await rm(data, { recursive: true, force: true });
}

function readyUrl() {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.once('exit', () => reject(new Error('The server ended before it was ready')));
    server.stdout.on('data', (chunk) => {
      printed += chunk;
      const url = /ready on (http:\S+)/.exec(printed)?.[1];
      if (url) resolve(url);
    });
  });
}

function drawHills(hue) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 800" width="2400" height="1600">
    <rect width="1200" height="800" fill="hsl(${hue} 60% 85%)"/><circle cx="860" cy="240" r="110" fill="hsl(${hue + 180} 75% 60%)"/>
    <path d="M0 600 Q300 380 620 600 T1200 520 V800 H0Z" fill="hsl(${hue} 40% 45%)"/>
    <path d="M0 700 Q400 520 1200 720 V800 H0Z" fill="hsl(${hue} 45% 25%)"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

/** Its thumbnail is opened once, so that it has its blur. */
async function upload(url, filename, content) {
  const query = `mutation ($file: Upload!) {
    uploadAttachments(input: { container: "gid://vault/Folder/root", files: [{ file: $file }] }) { results { attachment { thumbnail { url } } } }
  }`;
  const form = new FormData();
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', new File([content], filename));
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'apollo-require-preflight': 'true' }, body: form });
  const { data } = await response.json();
  await fetch(data.uploadAttachments.results[0].attachment.thumbnail.url);
}

/** The gallery query with its answer, as a visitor sees it. */
async function photograph(url) {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 800 }, deviceScaleFactor: 1.5 });
    await page.goto(`${url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await page.getByRole('tab', { name: 'Gallery' }).click();
    // GraphiQL takes notice of another tab's operation a little later, and has no sign for it.
    await page.waitForTimeout(1000);
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('"data"').waitFor();
    await page.mouse.move(0, 0);
    await page.waitForLoadState('networkidle');
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}
