/**
 * Puts the thumbnails of every file in a folder on one picture, each over its name; where there is no picture, the reason.
 * `npm run contact-sheet -- <folder> <sheet.png>`. Asks the running program, as a client would.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { withServer } from './temporary-server.mjs';

const columns = 8;
const size = 160;
const gap = 20;
const labelLines = 3;
const lineHeight = 14;
/** Of the label's type, on average. */
const charactersALine = 25;
const cell = { width: size + gap, height: size + gap + (labelLines + 1) * lineHeight };

const query = `mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { results { attachment {
  filename contentType pageCount thumbnail(size: ${size}, format: PNG) { state reason base64 } } error { message } } } }`;

const [folder, sheetPath] = process.argv.slice(2);
if (!folder || !sheetPath) throw new Error('npm run contact-sheet -- <folder> <sheet.png>');
const paths = await filesIn(folder);
const config = fileURLToPath(new URL('contact-sheet.yml', import.meta.url));
const cells = await withServer(config, async (url) => {
  const looks = [];
  for (const path of paths) looks.push(await look(url, path));
  return looks;
});
await writeFile(sheetPath, await compose(cells));
console.log(`${sheetPath}: ${cells.filter(({ picture }) => picture).length} pictures of ${cells.length} files`);

async function filesIn(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** → { name, note, picture }: bytes, or null where there is none. */
async function look(url, path) {
  const name = basename(path);
  const form = new FormData();
  const input = { container: 'gid://vault/Folder/root', onCollision: 'RENAME', files: [{ file: null }] };
  form.set('operations', JSON.stringify({ query, variables: { input } }));
  form.set('map', JSON.stringify({ 0: ['variables.input.files.0.file'] }));
  form.set('0', new Blob([await readFile(path)]), name);
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'apollo-require-preflight': 'true' }, body: form });
  const { data, errors } = await response.json();
  const result = data?.uploadAttachments.results[0];
  if (!result?.attachment) return { name, note: (result?.error ?? errors[0]).message, picture: null };
  const { contentType, pageCount, thumbnail } = result.attachment;
  const pages = pageCount ? `, ${pageCount} pages` : '';
  const picture = thumbnail?.base64 ? Buffer.from(thumbnail.base64, 'base64') : null;
  return { name, note: thumbnail?.reason ?? contentType + pages, picture };
}

function compose(looks) {
  const rows = Math.ceil(looks.length / columns);
  const canvas = { width: columns * cell.width + gap, height: rows * cell.height + gap, channels: 3, background: '#e9e9ec' };
  const layers = looks.flatMap((one, index) => {
    const left = gap + (index % columns) * cell.width;
    const top = gap + Math.floor(index / columns) * cell.height;
    const label = { input: drawLabel(one), left, top: top + size };
    return [one.picture ? { input: centred(one.picture), left, top } : null, label].filter(Boolean);
  });
  return Promise.all(layers.map(async (layer) => ({ ...layer, input: await layer.input }))).then((composed) =>
    sharp({ create: canvas }).composite(composed).png({ compressionLevel: 9 }).toBuffer(),
  );
}

function centred(picture) {
  return sharp(picture)
    .resize(size, size, { fit: 'contain', background: '#00000000', withoutEnlargement: true })
    .png()
    .toBuffer();
}

function drawLabel({ name, note }) {
  const lines = [shortened(name), ...wrapped(note).slice(0, labelLines)];
  const text = lines.map((line, index) => {
    const weight = index === 0 ? ' font-weight="bold"' : '';
    return `<text y="${(index + 1) * lineHeight}"${weight}>${escaped(line)}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${cell.height - size}" font-family="sans-serif" font-size="11">${text.join('')}</svg>`;
  return Buffer.from(svg);
}

function shortened(name) {
  return name.length > charactersALine - 2 ? `${name.slice(0, charactersALine - 3)}…` : name;
}

function wrapped(text) {
  return text.match(new RegExp(`.{1,${charactersALine}}(?:\\s+|$)|.{${charactersALine}}`, 'gu')) ?? [''];
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
