/**
 * G1, G2: the gallery query, 100 attachments with the URLs of their thumbnails, over the real program and a vault of pictures whose
 * thumbnails were drawn. The peers answer the same query (the last one the same JSON) from the same vault, signer and rendition store
 * in processes of their own, so what differs is the GraphQL server.
 */
import { execFile, fork } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { interleave, median, table } from './measure.mjs';

const rounds = 5;
const secondsARun = 2;
const pictures = 120;
const sides = {
  proofsheet: 'the program',
  apollo: 'Apollo standalone + type-graphql, defaults',
  mercurius: 'mercurius + JIT, by hand',
  fastify: 'a plain Fastify route',
};
const query = `{ attachments(first: 100) { nodes { id filename contentType sizeBytes
  thumbnail(size: 160, format: JPEG) { width height url } } } }`;
const run = promisify(execFile);

if (process.argv[2] === 'serve') await (await import('./gallery-sides.mjs')).serve(process.argv[3], process.argv[4]);
else if (await hasWrk()) await compare();

async function hasWrk() {
  const found = await run('wrk', ['-v']).then(
    () => true,
    ({ code }) => code !== 'ENOENT',
  );
  if (!found) console.log('LEFT OUT: wrk is not installed. On Debian: apt-get install wrk');
  return found;
}

async function compare() {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  const children = [];
  try {
    await fillVault(join(folder, 'vault'));
    const origins = {};
    for (const side of Object.keys(sides)) {
      await cp(join(folder, 'vault'), join(folder, side), { recursive: true });
      const { child, origin } = await start(side, join(folder, side));
      children.push(child);
      origins[side] = origin;
    }
    await assertSameAnswers(origins);
    await measure(origins, join(folder, 'load.lua'));
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillVault(directory) {
  const { child, origin } = await start('proofsheet', directory);
  for (let index = 0; index < pictures; index += 20) await upload(origin, index, 20);
  const { attachments } = (await ask(origin)).data;
  for (const { thumbnail } of attachments.nodes) await (await fetch(thumbnail.url)).arrayBuffer();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}

async function upload(origin, from, count) {
  const form = new FormData();
  const mutation = `mutation ($files: [FileInput!]!) { uploadAttachments(input: { container: "gid://vault/Folder/root", files: $files }) {
    results { error { message } } } }`;
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  form.set('operations', JSON.stringify({ query: mutation, variables: { files: numbers.map(() => ({ file: null })) } }));
  form.set('map', JSON.stringify(Object.fromEntries(numbers.map((_, index) => [index, [`variables.files.${index}.file`]]))));
  for (const [index, number] of numbers.entries()) {
    form.set(`${index}`, new Blob([await picture(number)]), `picture ${number}.jpg`);
  }
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'apollo-require-preflight': '1' }, body: form });
  const { data, errors } = await response.json();
  const failed = errors ?? data.uploadAttachments.results.filter(({ error }) => error);
  if (failed.length > 0) throw new Error(`The upload failed: ${JSON.stringify(failed)}`);
}

function picture(number) {
  const background = { r: number, g: 255 - number, b: 128 };
  return sharp({ create: { width: 600, height: 400 + number, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

function start(side, directory) {
  const child = fork(fileURLToPath(import.meta.url), ['serve', side, directory], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return new Promise((resolve, reject) => {
    child.once('message', ({ origin }) => resolve({ child, origin }));
    child.once('exit', (code) => reject(new Error(`${side} ended with code ${code}`)));
  });
}

async function ask(origin) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const answer = await response.json();
  if (response.status !== 200 || answer.errors)
    throw new Error(`${origin} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Apart from where their URLs lead. */
async function assertSameAnswers(origins) {
  const texts = await Promise.all(
    Object.values(origins).map(async (origin) =>
      JSON.stringify(await ask(origin)).replace(/http:[^?]*\?|exp=\d+|sig=[\w-]+/g, ''),
    ),
  );
  if (texts[0].split('"id"').length !== 101 || texts.some((text) => text !== texts[0]))
    throw new Error('The sides answer differently');
}

/** The first round warms up and does not count. */
async function measure(origins, script) {
  await writeFile(script, luaScript());
  const figures = Object.fromEntries(Object.keys(origins).map((side) => [side, []]));
  const runs = Object.entries(origins).map(([side, origin]) => [
    side,
    async () => figures[side].push(await load(origin, script)),
  ]);
  await interleave(rounds + 1, Object.fromEntries(runs));
  const middle = Object.fromEntries(Object.entries(figures).map(([side, all]) => [side, median(all.slice(1))]));
  console.log(`\nThe gallery query, 100 attachments; wrk on the same cores, median of ${rounds} rounds of ${secondsARun} s`);
  table(
    Object.entries(sides).map(([side, name]) => ({
      side: name,
      'requests a second': `${Math.round(middle[side])}`,
      'proofsheet is': `${(middle.proofsheet / middle[side]).toFixed(2)} ×`,
    })),
  );
}

/** From one thread: the other core is for the side that answers. */
async function load(origin, script) {
  const { stdout } = await run('wrk', ['-t1', '-c8', `-d${secondsARun}s`, '-s', script, `${origin}/graphql`]);
  const [, requests, microseconds, errors] = /RESULT (\d+) (\d+) (\d+)/.exec(stdout);
  if (Number(errors) > 0) throw new Error(`${origin} did not answer ${errors} requests with 200`);
  return Number(requests) / (Number(microseconds) / 1e6);
}

function luaScript() {
  return `
    wrk.method = "POST"
    wrk.headers["content-type"] = "application/json"
    wrk.body = ${JSON.stringify(JSON.stringify({ query }))}
    done = function(summary)
      local e = summary.errors
      print(string.format("RESULT %d %d %d", summary.requests, summary.duration, e.status + e.connect + e.read + e.write))
    end`;
}
