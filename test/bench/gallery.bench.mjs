/**
 * G1, G2: the gallery query, 100 attachments with the URLs of their thumbnails, over the real program and a vault of pictures whose
 * thumbnails were drawn. The peers answer the same query (the last one the same JSON) from the same vault, signer and rendition store
 * in processes of their own, so what differs is the GraphQL server. `anew` executes every query: what the same costs when it is asked
 * for the first time, or after a change. `interpreted` tells what compiling operations brings.
 */
import { execFile, fork } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { interleave, median, programFlags, table } from './measure.mjs';

const rounds = 5;
const secondsARun = 2;
const pictures = 120;
const sides = {
  proofsheet: 'the program',
  anew: 'the program without its memory of answers',
  interpreted: 'the same, executed by graphql-js',
  apollo: 'Apollo standalone + type-graphql, defaults',
  mercurius: 'mercurius + JIT, by hand',
  fastify: 'a plain Fastify route',
};
const query = `{ attachments(first: 100) { nodes { id filename contentType sizeBytes
  thumbnail(size: 160, format: JPEG) { width height url } } } }`;
const run = promisify(execFile);
const programs = ['proofsheet', 'anew', 'interpreted'];

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
    const servers = {};
    for (const side of Object.keys(sides)) {
      await cp(join(folder, 'vault'), join(folder, side), { recursive: true });
      servers[side] = await start(side, join(folder, side));
      children.push(servers[side].child);
    }
    await assertSameAnswers(Object.values(servers).map(({ origin }) => origin));
    await measure(servers, join(folder, 'load.lua'));
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
    execArgv: programs.includes(side) ? programFlags : [],
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
    origins.map(async (origin) => JSON.stringify(await ask(origin)).replace(/http:[^?]*\?|exp=\d+|sig=[\w-]+/g, '')),
  );
  if (texts[0].split('"id"').length !== 101 || texts.some((text) => text !== texts[0]))
    throw new Error('The sides answer differently');
}

/** The first round warms up and does not count. */
async function measure(servers, script) {
  await writeFile(script, luaScript());
  const runs = Object.fromEntries(Object.keys(servers).map((side) => [side, []]));
  const sidesToRun = Object.entries(servers).map(([side, server]) => [
    side,
    async () => runs[side].push(await load(server, script)),
  ]);
  await interleave(rounds + 1, Object.fromEntries(sidesToRun));
  const middle = (side, figure) => median(runs[side].slice(1).map((one) => one[figure]));
  const ratio = (one, other, figure) => `${(middle(one, figure) / middle(other, figure)).toFixed(2)} ×`;
  console.log(`\nThe gallery query, 100 attachments; wrk on the same cores, median of ${rounds} rounds of ${secondsARun} s`);
  table(
    Object.entries(sides).map(([side, name]) => ({
      side: name,
      'requests a second': `${Math.round(middle(side, 'perSecond'))}`,
      'proofsheet is': ratio('proofsheet', side, 'perSecond'),
      'anew it is': ratio('anew', side, 'perSecond'),
      'CPU each': `${middle(side, 'cpuMsEach').toFixed(2)} ms`,
      'by CPU': ratio(side, 'proofsheet', 'cpuMsEach'),
      'anew by CPU': ratio(side, 'anew', 'cpuMsEach'),
    })),
  );
}

/** From one thread: the other core is for the side that answers. CPU time tells the same on a machine that does other work as well. */
async function load({ child, origin }, script) {
  const before = await cpuMsOf(child);
  const { stdout } = await run('wrk', ['-t1', '-c8', `-d${secondsARun}s`, '-s', script, `${origin}/graphql`]);
  const [, requests, microseconds, errors] = /RESULT (\d+) (\d+) (\d+)/.exec(stdout);
  if (Number(errors) > 0) throw new Error(`${origin} did not answer ${errors} requests with 200`);
  const cpuMs = (await cpuMsOf(child)) - before;
  return { perSecond: Number(requests) / (Number(microseconds) / 1e6), cpuMsEach: cpuMs / Number(requests) };
}

function cpuMsOf(child) {
  return new Promise((resolve) => {
    child.once('message', ({ cpuMs }) => resolve(cpuMs));
    child.send('cpu');
  });
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
