/** G6: JPEG photographs of 12 Mpx → thumbnails of 320 px, against sharp called directly, ipx over HTTP and vipsthumbnail. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { eachInFlight, interleave, median, openSide, serveSide, table } from './measure.mjs';
import { drawPhoto, nameOften } from './photos.mjs';
import { asked, openBenchRendering, toSource } from './rendering.mjs';

const rounds = 7;
const photosARound = 24;
const inFlight = 2;
/** Of the two services, which decide by themselves how many of them are in flight. */
const askedAtOnce = 8;
const ipxVersion = '3.1.1';
const run = promisify(execFile);

const sides = { proofsheet, sharp: bareSharp, ipx, vipsthumbnail, 'vipsthumbnail, batch': vipsthumbnailBatch };
const [side, folder] = process.argv.slice(2);
if (side) serveSide(() => sides[side](folder));
else await compare();

async function compare() {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  try {
    await drawPhoto(join(folder, 'photo.jpg'));
    await measureSides(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSides(folder) {
  const opened = {};
  for (const name of Object.keys(sides)) {
    const one = await openSide(fileURLToPath(import.meta.url), [name, folder]);
    if (one.unavailable) console.log(`${name}: left out, ${one.unavailable}`);
    else opened[name] = one;
  }
  const figures = Object.fromEntries(Object.keys(opened).map((name) => [name, []]));
  const runs = Object.entries(opened).map(([name, one]) => [
    name,
    async (round) => {
      const photos = nameOften(join(folder, 'photo.jpg'), folder, `${name}-${round}`, photosARound);
      figures[name].push(await one.run(photos));
    },
  ]);
  await interleave(rounds + 1, Object.fromEntries(runs));
  for (const one of Object.values(opened)) one.close();
  report(figures);
}

/** The first round warms up and does not count. */
function report(figures) {
  const perSecond = (name) => (photosARound * 1000) / median(figures[name].slice(1).map(({ ms }) => ms));
  const ours = perSecond('proofsheet');
  console.log(
    `\n12-Mpx JPEG → 320 px JPEG, median of ${rounds} rounds of ${photosARound}; proofsheet and ipx asked for ${askedAtOnce} at once, the others ${inFlight} in flight`,
  );
  table(
    Object.entries(figures).map(([name, all]) => ({
      side: name,
      'pictures/s': perSecond(name).toFixed(1),
      'CPU each': `${(median(all.slice(1).map(({ cpuMs }) => cpuMs)) / photosARound).toFixed(1)} ms`,
      'peak memory': name.startsWith('vipsthumbnail')
        ? 'not measured'
        : `${Math.max(...all.map(({ peakRssMiB }) => peakRssMiB)).toFixed(0)} MiB`,
      'proofsheet is': `${(ours / perSecond(name)).toFixed(2)} ×`,
    })),
  );
}

/** Through the whole way: header, queue, picture, thumbhash, store. Masters are off here; second-size.bench.mjs measures them. */
async function proofsheet(folder) {
  const rendering = await openBenchRendering(join(folder, 'data'), { masterFromPixels: 0 });
  const spec = { kind: 'thumbnail', size: 320, format: 'JPEG' };
  return (photos) => eachInFlight(photos, askedAtOnce, (photo) => rendering.render(toSource(photo), spec, asked));
}

async function bareSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  const draw = (photo) =>
    sharp(photo).autoOrient().resize(320, 320, { fit: 'inside' }).toColourspace('srgb').jpeg({ quality: 80 }).toBuffer();
  return (photos) => eachInFlight(photos, inFlight, draw);
}

/** As its README starts it, over HTTP on kept connections. Installed on demand: nothing else here needs it. */
async function ipx(folder) {
  const { createIPX, createIPXNodeServer, ipxFSStorage } = await import(pathToFileURL(await resolveIpx()).href);
  const server = http.createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) })));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new http.Agent({ keepAlive: true, maxSockets: askedAtOnce });
  const { port } = server.address();
  const ask = (photo) =>
    new Promise((resolve, reject) => {
      const path = `/s_320x320,fit_inside,f_jpeg,q_80/${photo.slice(folder.length + 1)}`;
      http.get({ host: '127.0.0.1', port, path, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`ipx answered ${response.statusCode}`));
        response.resume().once('end', resolve);
      });
    });
  return (photos) => eachInFlight(photos, askedAtOnce, ask);
}

async function resolveIpx() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/bench-peers');
  const require = createRequire(join(folder, 'package.json'));
  await mkdir(folder, { recursive: true });
  const entry = join(folder, 'node_modules/ipx/dist/index.mjs');
  try {
    require.resolve(entry);
  } catch {
    await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-package-lock', `ipx@${ipxVersion}`]).catch(
      () => {
        throw new Error(`it could not be installed: npm install --prefix ${folder} ipx@${ipxVersion}`);
      },
    );
  }
  return entry;
}

/** A process for each picture, two at a time. */
async function vipsthumbnail() {
  await assertVipsthumbnail();
  return (photos) => eachInFlight(photos, inFlight, (photo) => drawWithVips([photo]));
}

/** Two processes, each given half of the pictures at once, so that starting them hardly counts. */
async function vipsthumbnailBatch() {
  await assertVipsthumbnail();
  return (photos) => Promise.all([0, 1].map((half) => drawWithVips(photos.filter((_, index) => index % 2 === half))));
}

function drawWithVips(photos) {
  return run('vipsthumbnail', ['--size', '320', '--output', 'tn-%s.jpg[Q=80,strip]', ...photos]);
}

async function assertVipsthumbnail() {
  await run('vipsthumbnail', ['--version']).catch(() => {
    throw new Error('it is not installed: apt-get install libvips-tools');
  });
}
