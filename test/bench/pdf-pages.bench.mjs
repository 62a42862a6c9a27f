/**
 * A warm page, 1,000 px wide, to JPEG through the renderer, against `pdftoppm -jpeg` of the same page: CPU time of the whole process,
 * threads included, against user and system time of the child; and how far the event loop is held up meanwhile. With PROOFSHEET_CORPUS
 * real documents are drawn, else two that are written here.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import sharp from 'sharp';
import { createPdfRenderer, pdfSettings } from '../../dist/rendering/pdf/pdf-renderer.js';
import { interleave, median, table } from './measure.mjs';

const run = promisify(execFile);
const rounds = 30;
/** Pages drawn one after the other as one figure, above the resolution of the clock for CPU time. */
const pagesPerRound = 5;
const width = 1000;
const never = new AbortController().signal;

sharp.concurrency(1);
sharp.cache(false);
const folder = await mkdtemp(join(tmpdir(), 'pdf-pages-'));
const renderer = createPdfRenderer(pdfSettings.parse({}));
const rows = [];
try {
  for (const document of await documents()) rows.push(await compare(document));
  table(rows);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
  console.log('pdf-pages: skipped, install poppler-utils to compare with pdftoppm');
} finally {
  await renderer.close();
  await rm(folder, { recursive: true });
}

async function compare({ name, path, page, reach }) {
  const source = { path, contentType: 'application/pdf', sizeBytes: (await stat(path)).size, contentKey: name };
  const draw = () => renderer.page(source, { kind: 'page', page, width, format: 'JPEG' }, never);
  for (let warm = 0; warm < 20; warm++) await draw();
  const cpu = { ours: [], pdftoppm: [] };
  await interleave(rounds, {
    ours: async () => {
      const start = process.cpuUsage();
      for (let count = 0; count < pagesPerRound; count++) await draw();
      const { user, system } = process.cpuUsage(start);
      cpu.ours.push((user + system) / 1000 / pagesPerRound);
    },
    pdftoppm: async () => cpu.pdftoppm.push(await pdftoppm(path, page)),
  });
  const [ours, theirs] = [median(cpu.ours), median(cpu.pdftoppm)];
  return {
    page: name,
    'ours, CPU': `${ours.toFixed(1)} ms`,
    'pdftoppm, CPU': `${theirs.toFixed(1)} ms`,
    ratio: `${(ours / theirs).toFixed(2)} ×`,
    reach: `<= ${reach} ×`,
    'event loop held up, p99 (reach < 20 ms)': `${(await delayMs(draw)).toFixed(1)} ms`,
  };
}

/** How far the event loop is behind while pages are drawn without a pause: 99 of 100 times at most this. */
async function delayMs(draw) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let count = 0; count < rounds * pagesPerRound; count++) await draw();
  delay.disable();
  return delay.percentile(99) / 1e6;
}

/** CPU milliseconds of one process, as the shell that starts it counts them. */
async function pdftoppm(path, page) {
  const options = `-jpeg -singlefile -f ${page} -l ${page} -scale-to-x ${width} -scale-to-y -1`;
  const script = `TIMEFORMAT='%3U %3S'; time pdftoppm ${options} "$0" "$1"`;
  await run('pdftoppm', ['-v']);
  const { stderr } = await run('bash', ['-c', script, path, join(folder, 'page')]);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return (user + system) * 1000;
}

async function documents() {
  const corpus = process.env.PROOFSHEET_CORPUS;
  if (corpus !== undefined)
    return [
      { name: 'mixed: issue840.pdf, page 1', path: join(corpus, 'pdf', 'issue840.pdf'), page: 1, reach: 2 },
      { name: 'picture: issue14200.pdf, page 1', path: join(corpus, 'pdf', 'issue14200.pdf'), page: 1, reach: 2 },
      { name: 'text: tracemonkey.pdf, page 2', path: join(corpus, 'pdf', 'tracemonkey.pdf'), page: 2, reach: 1.2 },
    ];
  const { writePdf, stream } = await import(await compiled('../rendering/pdf/write-pdf.ts'));
  const [mixed, text] = [join(folder, 'mixed.pdf'), join(folder, 'text.pdf')];
  await writeFile(mixed, await writtenMixed(writePdf, stream));
  await writeFile(text, writePdf([{ width: 612, height: 792, content: lines(60) }]));
  return [
    { name: 'mixed, written here', path: mixed, page: 1, reach: 2 },
    { name: 'text, written here', path: text, page: 1, reach: 1.2 },
  ];
}

async function compiled(path) {
  const { code } = transformSync(await readFile(new URL(path, import.meta.url), 'utf8'), { loader: 'ts' });
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

async function writtenMixed(writePdf, stream) {
  const noise = { width: 1600, height: 1200, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 } };
  const jpeg = await sharp({ create: { ...noise, background: '#000' } })
    .blur(4)
    .jpeg()
    .toBuffer();
  const entries =
    '/Type /XObject /Subtype /Image /Width 1600 /Height 1200 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode';
  const content = `${lines(30)} q 500 0 0 375 56 20 cm /X Do Q`;
  return writePdf([{ width: 612, height: 792, content, resources: '/XObject << /X 4 0 R >>' }], [stream(jpeg, entries)]);
}

/** Lines of text from the top of a letter page. */
function lines(count) {
  const sentence = 'The quick brown fox jumps over the lazy dog, and the dog does not mind at all, as it had planned to stay. ';
  return `BT /F 9 Tf 12 TL 56 750 Td ${`(${sentence}) Tj T* `.repeat(count)} ET`;
}
