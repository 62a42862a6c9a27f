/**
 * Draws the sample files of sandboxes (scripts/samples/) into dist/sandbox/samples/. They are drawn again only when one of the files that
 * draw them, or a package's version, changed. Each appears whole: other builds may run at the same time.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'scripts', 'samples');
const output = join(root, 'dist', 'sandbox', 'samples');
const stampPath = join(output, '.build');

const inputs = await hashInputs();
if ((await readFile(stampPath, 'utf8').catch(() => undefined)) !== inputs) await drawAll();

async function drawAll() {
  const { drawSamples } = await import('./samples/index.mjs');
  const files = await drawSamples();
  await mkdir(output, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, content]) => writeWhole(join(output, name), content)));
  await writeWhole(stampPath, inputs);
}

async function writeWhole(path, content) {
  const part = `${path}.${process.pid}`;
  await writeFile(part, content);
  await rename(part, path);
}

async function hashInputs() {
  const paths = (await readdir(source)).sort().map((name) => join(source, name));
  const hash = createHash('sha256');
  for (const path of [join(root, 'package-lock.json'), ...paths]) hash.update(await readFile(path)).update('\0');
  return hash.digest('hex');
}
