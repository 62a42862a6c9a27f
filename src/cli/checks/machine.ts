import { access, constants, mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config.js';
import { ContentError } from '../../errors.js';
import { lockDirectory } from '../../lib/directory-lock.js';
import { openRenderers } from '../../rendering/renderers.js';
import type { Check, Finding } from './check.js';

/** Below this, uploads are likely to fail soon. */
const minFreeBytes = 1024 ** 3;

/** What this machine must have. */
export function machineChecks(config: Config): readonly Check[] {
  const { dataDirectory } = config;
  return [
    { name: 'configuration', run: async () => 'readable, no problems' },
    { name: 'data directory', run: () => checkDataDirectory(dataDirectory) },
    { name: 'free space', run: () => checkFreeSpace(dataDirectory) },
    { name: 'in use', run: () => checkInUse(config) },
    { name: 'pictures', run: (signal) => checkRenderer(config, 'image/svg+xml', sampleSvg, signal) },
    { name: 'documents', run: (signal) => checkRenderer(config, 'application/pdf', samplePdf, signal) },
    { name: 'office documents', run: (signal) => checkOffice(config, signal) },
    { name: 'films and sounds', run: (signal) => checkMedia(config, signal) },
  ];
}

async function checkDataDirectory(directory: string): Promise<Finding> {
  await makeUsable(directory);
  return `${directory} can be written`;
}

async function checkFreeSpace(directory: string): Promise<Finding> {
  await makeUsable(directory);
  const { bavail, bsize } = await statfs(directory);
  const gibibytes = ((bavail * bsize) / 1024 ** 3).toFixed(1);
  if (bavail * bsize < minFreeBytes)
    throw new Error(`only ${gibibytes} GiB left beside ${directory}. Free some, or uploads will fail`);
  return `${gibibytes} GiB beside ${directory}`;
}

/** A running server holds both the data and the port; anything else that holds the port is in its way. */
async function checkInUse({ dataDirectory, server }: Config): Promise<Finding> {
  await makeUsable(dataDirectory);
  const lock = lockDirectory(dataDirectory);
  if (!lock) return `a server is running on ${dataDirectory}`;
  lock.release();
  if (await isPortFree(server.port, server.host)) return `port ${server.port} is free`;
  throw new Error(`another program holds port ${server.port}. Set PORT to another one`);
}

async function makeUsable(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK);
  } catch {
    throw new Error(`${directory} cannot be written. Give this user the right to, or set PROOFSHEET_DATA to another folder`);
  }
}

function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

async function checkRenderer(config: Config, contentType: string, sample: string, signal: AbortSignal): Promise<Finding> {
  try {
    await drawSample(config, contentType, sample, signal);
    return 'a sample was drawn';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`a sample could not be drawn (${reason}). Reinstall the packages: rm -rf node_modules && npm install`);
  }
}

const officePackages = 'libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui python3-uno';
/** As wide as Arial, Times, Courier, Calibri and Cambria: with others, lines and pages end elsewhere than they were written to. */
const officeFonts = 'fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea';

/** Everything else works without it. */
async function checkOffice(config: Config, signal: AbortSignal): Promise<Finding> {
  try {
    const { offline } = await drawSample(config, 'application/rtf', sampleRtf, signal);
    if (offline) return 'a sample was drawn by LibreOffice, which has no network';
    return 'a sample was drawn by LibreOffice. It has a network, as this user may not make network namespaces; it is told to follow no links';
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    const install = `apt-get install --no-install-recommends ${officePackages} ${officeFonts}`;
    return { warning: `${error.message}. ${install}; or correct rendering.office.programFolder and rendering.office.python` };
  }
}

/** Everything else works without it. */
async function checkMedia(config: Config, signal: AbortSignal): Promise<Finding> {
  try {
    await drawSample(config, 'audio/wav', sampleSound, signal);
    return 'a sample was drawn by ffmpeg';
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    const install = 'apt-get install ffmpeg, or brew install ffmpeg';
    return { warning: `${error.message}. ${install}; or correct rendering.media.ffmpeg and rendering.media.ffprobe` };
  }
}

/** What its renderer counted meanwhile. */
async function drawSample(
  config: Config,
  contentType: string,
  sample: string | Buffer,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-'));
  const renderers = await openRenderers(config.rendering, directory);
  try {
    const path = join(directory, 'sample');
    await writeFile(path, sample);
    const renderer = renderers.find((one) => one.contentTypes.includes(contentType));
    const source = { path, contentType, sizeBytes: Buffer.byteLength(sample), contentKey: 'sample' };
    if (renderer?.missing !== undefined) throw new ContentError('UNSUPPORTED_MEDIA_TYPE', renderer.missing);
    const drawn = await renderer?.thumbnail?.(source, { kind: 'thumbnail', size: 64, format: 'AVIF' }, signal);
    if (!drawn) throw new Error(`nothing here draws ${contentType}`);
    return renderer?.stats?.() ?? {};
  } finally {
    await rm(directory, { recursive: true, force: true });
    await Promise.all(renderers.map((one) => one.close()));
  }
}

const sampleSvg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="24"/></svg>';
const sampleRtf = '{\\rtf1 Sample}';
const samplePdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
trailer<</Root 1 0 R>>`;
/** A second of silence, in 8-bit samples. */
const sampleSound = Buffer.concat([
  Buffer.from('UklGRmQfAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YUAfAAA=', 'base64'),
  Buffer.alloc(8000, 128),
]);
