/**
 * The PDF of an office document by the LibreOffice that is kept running, against a process for each file: `soffice --convert-to pdf` with a
 * profile that is there already. Wall clock, in turn. With PROOFSHEET_CORPUS real documents, else one that is written here.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentTypeOfName } from '../../dist/content-type-names.js';
import { openOfficeConversion } from '../../dist/rendering/office/office-conversion.js';
import { officeSettings } from '../../dist/rendering/office/settings.js';
import { interleave, median, table } from './measure.mjs';

const run = promisify(execFile);
const rounds = 9;
const reach = 8;
const never = new AbortController().signal;

const settings = officeSettings.parse({});
const folder = await mkdtemp(join(tmpdir(), 'office-'));
const conversion = await openOfficeConversion(settings, join(folder, 'kept'));
if (conversion === null)
  console.log('office: skipped, install libreoffice-writer-nogui, -calc-nogui, -impress-nogui and python3-uno');
else await compareAll();
await rm(folder, { recursive: true });

async function compareAll() {
  const rows = [];
  for (const document of await documents()) rows.push(await compare(document));
  table(rows);
  await conversion.close();
}

async function compare({ name, path }) {
  const sides = {
    kept: async () => {
      const source = { path, contentType: contentTypeOfName(name), sizeBytes: (await stat(path)).size, contentKey: name };
      await conversion.convert(source, join(folder, 'kept.pdf'), never);
    },
    'a process': () =>
      run(join(settings.programFolder, 'soffice'), [
        `-env:UserInstallation=file://${join(folder, 'profile')}`,
        '--headless',
        '--convert-to',
        'pdf',
        '--outdir',
        join(folder, 'out'),
        path,
      ]),
  };
  for (const side of Object.values(sides)) await side();
  const times = await interleave(rounds, sides);
  const [kept, alone] = [median(times.kept), median(times['a process'])];
  return {
    document: name,
    kept: `${kept.toFixed(0)} ms`,
    'a process for each': `${alone.toFixed(0)} ms`,
    ratio: `${(alone / kept).toFixed(1)} ×`,
    reach: `>= ${reach} ×`,
  };
}

async function documents() {
  const corpus = process.env.PROOFSHEET_CORPUS;
  if (corpus === undefined) {
    const path = join(folder, 'letter.rtf');
    await writeFile(path, `{\\rtf1 ${'A line of a letter of some pages.\\par '.repeat(150)}}`);
    return [{ name: 'letter.rtf', path }];
  }
  const names = await readdir(join(corpus, 'office'));
  return ['.docx', '.xlsx', '.pptx'].map((extension) => {
    const name = names.find((one) => extname(one) === extension);
    return { name, path: join(corpus, 'office', name) };
  });
}
