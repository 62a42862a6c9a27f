/**
 * The PDF that an office document is drawn from, by the LibreOffice that is kept running, against a process for each file:
 * `soffice --convert-to pdf` with a profile that is there already, and the same asked for the very same pages and pictures. Wall clock, in
 * turn. A thumbnail takes page 1 alone where the renderer asks for it alone. With PROOFSHEET_CORPUS real documents, else one that is
 * written here; and a deck that is drawn here either way.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentTypeOfName } from '../../dist/content-type-names.js';
import { openOfficeConversion } from '../../dist/rendering/office/office-conversion.js';
import { officeSettings } from '../../dist/rendering/office/settings.js';
import { drawDeck } from './deck.mjs';
import { interleave, median, table } from './measure.mjs';

const run = promisify(execFile);
const rounds = 5;
const reach = 8;
const never = new AbortController().signal;
const filters = { '.docx': 'writer', '.rtf': 'writer', '.xlsx': 'calc', '.pptx': 'impress' };

const settings = officeSettings.parse({});
const folder = await mkdtemp(join(tmpdir(), 'office-'));
const conversion = await openOfficeConversion(settings, join(folder, 'kept'));
if (conversion === null)
  console.log('office: skipped, install libreoffice-writer-nogui, -calc-nogui, -impress-nogui and python3-uno');
else await compareAll();
await rm(folder, { recursive: true });

async function compareAll() {
  const rows = [];
  for (const document of await documents()) {
    const thumbnail = conversion.makesFirstPageSooner(await toSource(document)) ? 'first' : 'all';
    rows.push(await compare(document, 'its thumbnail', thumbnail));
    if (thumbnail === 'first') rows.push(await compare(document, 'all of it', 'all'));
  }
  table(rows);
  await conversion.close();
}

async function toSource({ name, path }) {
  return { path, contentType: contentTypeOfName(name), sizeBytes: (await stat(path)).size, contentKey: name };
}

async function compare({ name, path }, what, pages) {
  const source = await toSource({ name, path });
  const sides = {
    kept: () => conversion.convert(source, { path: join(folder, 'kept.pdf'), pages }, never),
    alone: () => convertAlone(path, 'pdf'),
    asked: () => convertAlone(path, `pdf:${filters[extname(name)]}_pdf_Export:${JSON.stringify(filterData(pages))}`),
  };
  for (const side of Object.values(sides)) await side();
  const times = await interleave(rounds, sides);
  const [kept, alone, asked] = [median(times.kept), median(times.alone), median(times.asked)];
  return {
    document: `${name}, ${what}`,
    kept: `${kept.toFixed(0)} ms`,
    'a process for each': `${alone.toFixed(0)} ms`,
    ratio: `${(alone / kept).toFixed(1)} ×`,
    reach: `>= ${reach} ×`,
    'asked the same': `${asked.toFixed(0)} ms`,
    'ratio to that': `${(asked / kept).toFixed(1)} ×`,
  };
}

function convertAlone(path, format) {
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const program = join(settings.programFolder, 'soffice');
  return run(program, [profile, '--headless', '--convert-to', format, '--outdir', join(folder, 'out'), path]);
}

/** As it is in pdf_export.py. */
function filterData(pages) {
  const no = { type: 'boolean', value: 'false' };
  const options = { ExportFormFields: no, ExportBookmarks: no, UseTaggedPDF: no, ReduceImageResolution: no };
  return pages === 'first' ? { ...options, PageRange: { type: 'string', value: '1' } } : options;
}

async function documents() {
  const deck = { name: '20 slides.pptx', path: join(folder, 'deck.pptx') };
  await writeFile(deck.path, await drawDeck(folder));
  const corpus = process.env.PROOFSHEET_CORPUS;
  if (corpus === undefined) {
    const path = join(folder, 'letter.rtf');
    await writeFile(path, `{\\rtf1 ${'A line of a letter of some pages.\\par '.repeat(150)}}`);
    return [{ name: 'letter.rtf', path }, deck];
  }
  const names = await readdir(join(corpus, 'office'));
  const real = ['.docx', '.xlsx', '.pptx'].map((extension) => {
    const name = names.find((one) => extname(one) === extension);
    return { name, path: join(corpus, 'office', name) };
  });
  return [...real, deck];
}
