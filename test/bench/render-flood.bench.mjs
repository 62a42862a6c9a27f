/** Metadata queries while many ask for pictures that nobody has drawn, against the same queries on the idle server; its event loop meanwhile. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { median, table } from './measure.mjs';
import { drawPhoto } from './photos.mjs';

const rounds = 7;
const windowMs = 2_000;
const photos = 48;
const filesARequest = 8;
/** Who reads lists, and who asks for pictures, at once. */
const readers = 4;
const viewers = 16;
const sizes = [128, 256, 320, 640, 1024];
const formats = ['JPEG', 'WEBP', 'AVIF'];
const program = fileURLToPath(new URL('../../bin/proofsheet.cjs', import.meta.url));
const metadata = '{ attachments(first: 20) { nodes { id filename contentType sizeBytes modifiedAt } } }';

const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
const server = await start();
const pool = new Pool(server.origin, { connections: readers + viewers });
try {
  await compare();
} finally {
  await pool.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function start() {
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    'sandboxes: false\nserver: { logLevel: warn }\ngraph: { repeatedAnswersBytes: 0 }\nrendering: { ahead: { sizes: [] } }\n',
  );
  const env = { ...process.env, PORT: '0', PROOFSHEET_CONFIG: config, PROOFSHEET_DATA: join(folder, 'data') };
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => /ready on (\S+)/.test(text) && resolve(/ready on (\S+)/.exec(text)[1]));
    child.once('exit', (code) => reject(new Error(`Proofsheet ended with code ${code}`)));
  });
  const stop = () => {
    child.kill();
    return ended;
  };
  return { origin, stop };
}

async function compare() {
  const undrawn = await uploadPhotos();
  const figures = { idle: [], flood: [] };
  let drawn = 0;
  for (let round = 0; round <= rounds; round += 1) {
    figures.idle.push(await readLists());
    const flood = floodWith(undrawn);
    figures.flood.push(await readLists());
    drawn += await flood.stop();
  }
  if (undrawn.length === 0) throw new Error('The flood ran dry: there were too few pictures to draw');
  const median_ = (side, name) => median(figures[side].slice(1).map((figure) => figure[name]));
  console.log(
    `\n${readers} readers, ${viewers} viewers, ${drawn} pictures drawn, median of ${rounds} rounds of ${windowMs / 1000} s`,
  );
  table(
    Object.keys(figures).map((side) => ({
      side,
      'queries a second': Math.round(median_(side, 'perSecond')),
      'of idle': `${(median_(side, 'perSecond') / median_('idle', 'perSecond')).toFixed(2)} ×`,
      'p99 of a query': `${median_(side, 'p99Ms').toFixed(1)} ms`,
      'p99 of the event loop': `${median_(side, 'loopP99Ms').toFixed(1)} ms`,
    })),
  );
}

/** → the addresses of pictures that nobody has drawn, each asked for once. Byte for byte, no two photos are alike. */
async function uploadPhotos() {
  await drawPhoto(join(folder, 'photo.jpg'));
  const photo = await readFile(join(folder, 'photo.jpg'));
  const aliases = sizes.flatMap((size) =>
    formats.map((format) => `t${size}${format}: thumbnail(size: ${size}, format: ${format}) { url }`),
  );
  const query = `mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { results { attachment { ${aliases.join(' ')} } } } }`;
  const attachments = [];
  while (attachments.length < photos) {
    const form = new FormData();
    const names = Array.from({ length: filesARequest }, (_, index) => index);
    const input = { container: 'gid://vault/Folder/root', onCollision: 'RENAME', files: names.map(() => ({ file: null })) };
    form.set('operations', JSON.stringify({ query, variables: { input } }));
    form.set('map', JSON.stringify(Object.fromEntries(names.map((index) => [index, [`variables.input.files.${index}.file`]]))));
    for (const index of names) form.set(`${index}`, new Blob([photo, `${attachments.length + index}`]), 'photo.jpg');
    const headers = { 'apollo-require-preflight': 'true' };
    const { data } = await (await fetch(`${server.origin}/graphql`, { method: 'POST', headers, body: form })).json();
    attachments.push(...data.uploadAttachments.results.map((result) => result.attachment));
  }
  // By size and format, so that no photo's second picture follows its first.
  return Object.keys(attachments[0])
    .flatMap((name) => attachments.map((attachment) => attachment[name].url))
    .reverse();
}

function floodWith(undrawn) {
  let running = true;
  const viewer = async () => {
    let drawn = 0;
    while (running && undrawn.length > 0) {
      const { pathname, search } = new URL(undrawn.pop());
      const { statusCode, body } = await pool.request({ path: pathname + search, method: 'GET' });
      await body.dump({ limit: 2 ** 30 });
      if (statusCode === 200) drawn += 1;
    }
    return drawn;
  };
  const all = Promise.all(Array.from({ length: viewers }, viewer));
  return {
    stop: async () => {
      running = false;
      return (await all).reduce((sum, drawn) => sum + drawn, 0);
    },
  };
}

async function readLists() {
  await loopP99Ms();
  const startedAt = performance.now();
  const times = [];
  const reader = async () => {
    while (performance.now() - startedAt < windowMs) {
      const askedAt = performance.now();
      const headers = { 'content-type': 'application/json' };
      const { body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers,
        body: JSON.stringify({ query: metadata }),
      });
      if ((await body.json()).errors) throw new Error('A metadata query failed');
      times.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  const perSecond = (times.length * 1000) / (performance.now() - startedAt);
  times.sort((a, b) => a - b);
  return { perSecond, p99Ms: times[Math.floor(times.length * 0.99)], loopP99Ms: await loopP99Ms() };
}

/** Since it was last asked for. */
async function loopP99Ms() {
  const { body } = await pool.request({ path: '/metrics', method: 'GET' });
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(await body.text())[1]) * 1000;
}
