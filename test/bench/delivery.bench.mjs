/** G15: signed thumbnails of about 20 KB, hot and cold, and a file of 100 MB, against nginx serving the same bytes from disk. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { interleave, median, table } from './measure.mjs';

const rounds = 5;
const secondsARun = 2;
/** Of which the first are the hot ones. All together are five times the memory that our server is given here. */
const pictures = 1_000;
const hotPictures = 50;
const filesARequest = 20;
const fileBytes = 100_000_000;
const program = fileURLToPath(new URL('../../bin/proofsheet.cjs', import.meta.url));
const run = promisify(execFile);

if (await hasPeers()) await compare();

async function hasPeers() {
  const missing = [];
  await run('nginx', ['-v']).catch(() => missing.push('nginx'));
  await run('wrk', ['-v']).catch(({ code }) => code === 'ENOENT' && missing.push('wrk'));
  if (missing.length > 0)
    console.log(`LEFT OUT: ${missing.join(' and ')} not installed. On Debian: apt-get install ${missing.join(' ')}`);
  return missing.length === 0;
}

async function compare() {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  const stops = [() => rm(folder, { recursive: true, force: true })];
  try {
    const ours = await startProofsheet(folder, stops);
    await copyForNginx(ours, folder);
    const sides = { proofsheet: ours };
    for (const workers of ['1', 'auto']) sides[`nginx, workers ${workers}`] = await startNginx(folder, workers, stops);
    await measure(sides, folder);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** The program as it is started by its users, but for less memory for pictures. → the URLs of everything that is asked for. */
async function startProofsheet(folder, stops) {
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    'delivery: { hotBytes: 4194304 }\nrendering: { store: { memoryBytes: 1048576 } }\nserver: { logLevel: warn }\nsandboxes: false\n',
  );
  const env = { ...process.env, PORT: '0', PROOFSHEET_CONFIG: config, PROOFSHEET_DATA: join(folder, 'data') };
  const child = start(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] }, stops);
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => /ready on (\S+)/.test(text) && resolve(/ready on (\S+)/.exec(text)[1]));
    child.once('exit', (code) => reject(new Error(`Proofsheet ended with code ${code}`)));
  });
  const uploaded = [];
  while (uploaded.length < pictures) {
    uploaded.push(...(await upload(origin, await Promise.all(Array.from({ length: filesARequest }, noise)))));
  }
  const [file] = await upload(origin, [randomBytes(fileBytes)]);
  return { paths: uploaded.map(({ thumbnail }) => toPath(thumbnail.url)), file: toPath(file.content.url), origin };
}

/** Noise shrinks least: 160 px of it are about 20 KB. */
function noise() {
  return sharp(randomBytes(160 * 160 * 3), { raw: { width: 160, height: 160, channels: 3 } })
    .jpeg({ quality: 75 })
    .toBuffer();
}

async function upload(origin, files) {
  const query = `mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { results {
    error { message } attachment { thumbnail(size: 160) { url(expiresInSeconds: 86400) } content { url(expiresInSeconds: 86400) } } } } }`;
  const input = { container: 'gid://vault/Folder/root', onCollision: 'RENAME', files: files.map(() => ({ file: null })) };
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { input } }));
  form.set('map', JSON.stringify(Object.fromEntries(files.map((_, index) => [index, [`variables.input.files.${index}.file`]]))));
  for (const [index, bytes] of files.entries()) form.set(`${index}`, new Blob([bytes]), 'noise.jpg');
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': 'true' },
    body: form,
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data.uploadAttachments.results.map(({ error, attachment }) => {
    if (error) throw new Error(error.message);
    return attachment;
  });
}

function toPath(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** The very bytes that our server sends, by plain names. Asking for them once also draws and stores every picture. */
async function copyForNginx({ origin, paths, file }, folder) {
  await mkdir(join(folder, 'www'));
  for (const [index, path] of [...paths, file].entries()) {
    const response = await fetch(origin + path);
    if (response.status !== 200) throw new Error(`Proofsheet answered ${response.status}: ${await response.text()}`);
    await writeFile(join(folder, 'www', `${index}`), Buffer.from(await response.arrayBuffer()));
  }
}

async function startNginx(folder, workers, stops) {
  const port = await freePort();
  const own = join(folder, `nginx-${workers}`);
  await mkdir(own);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${own}/${name};`);
  const config = `${process.getuid() === 0 ? 'user root;' : ''}
    worker_processes ${workers}; daemon off; pid ${own}/pid; error_log ${own}/error.log;
    events { worker_connections 512; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type image/jpeg; etag on;
      open_file_cache max=10000; ${temporary.join(' ')}
      server { listen 127.0.0.1:${port}; root ${folder}/www; }
    }`;
  await writeFile(join(own, 'nginx.conf'), config);
  start('nginx', ['-c', join(own, 'nginx.conf'), '-p', own], { stdio: ['ignore', 'inherit', 'ignore'] }, stops);
  await untilListening(port);
  const paths = Array.from({ length: pictures }, (_, index) => `/${index}`);
  return { origin: `http://127.0.0.1:${port}`, paths, file: `/${pictures}` };
}

async function measure(sides, folder) {
  const cases = {
    'hot thumbnails': { pathsOf: ({ paths }) => paths.slice(0, hotPictures), connections: 16, figure: requestsPerSecond },
    'cold thumbnails': { pathsOf: ({ paths }) => paths, connections: 16, figure: requestsPerSecond },
    'a file of 100 MB': { pathsOf: ({ file }) => [file], connections: 4, figure: megabytesPerSecond },
  };
  const figures = {};
  const runs = Object.entries(cases).flatMap(([what, { pathsOf, connections, figure }]) =>
    Object.entries(sides).map(([side, target]) => {
      const all = [];
      figures[what] = { ...figures[what], [side]: all };
      const script = join(folder, 'load.lua');
      return [`${what}, ${side}`, async () => all.push(figure(await load(target.origin, pathsOf(target), connections, script)))];
    }),
  );
  await interleave(rounds + 1, Object.fromEntries(runs));
  report(figures);
}

/** Every URL in turn, over kept connections, from one thread: the other core is for the side that answers. */
async function load(origin, paths, connections, script) {
  await writeFile(script, luaScript(paths));
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${secondsARun}s`, '-s', script, origin]);
  const [, requests, bytes, microseconds, errors] = /RESULT (\d+) (\d+) (\d+) (\d+)/.exec(stdout);
  if (Number(errors) > 0) throw new Error(`${origin} failed to answer ${errors} requests`);
  return { requests: Number(requests), bytes: Number(bytes), seconds: Number(microseconds) / 1e6 };
}

function luaScript(paths) {
  return `
    local paths = { ${paths.map((path) => JSON.stringify(path)).join(', ')} }
    local requests, index = {}, 0
    init = function()
      for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
    end
    request = function()
      index = index % #requests + 1
      return requests[index]
    end
    done = function(summary)
      local e = summary.errors
      print(string.format("RESULT %d %d %d %d", summary.requests, summary.bytes, summary.duration, e.status + e.connect + e.read + e.write))
    end`;
}

function requestsPerSecond({ requests, seconds }) {
  return requests / seconds;
}

function megabytesPerSecond({ bytes, seconds }) {
  return bytes / seconds / 1e6;
}

/** The first round warms up and does not count. */
function report(figures) {
  console.log(
    `\nContent over HTTP, wrk on the same ${availableParallelism()} cores, median of ${rounds} rounds of ${secondsARun} s`,
  );
  table(
    Object.entries(figures).flatMap(([what, sides]) => {
      const middle = Object.fromEntries(Object.entries(sides).map(([side, all]) => [side, median(all.slice(1))]));
      return Object.entries(middle).map(([side, value]) => ({
        what,
        side,
        'a second': what.startsWith('a file') ? `${Math.round(value)} MB` : Math.round(value),
        'proofsheet is': `${(middle.proofsheet / value).toFixed(2)} ×`,
      }));
    }),
  );
}

function start(command, args, options, stops) {
  const child = spawn(command, args, options);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  stops.push(() => {
    child.kill();
    return ended;
  });
  return child;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function untilListening(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not listen on port ${port}`);
}
