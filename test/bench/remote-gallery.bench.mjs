/**
 * G4, G5: a gallery of 100 pictures that lie in another system, with their thumbnails' bytes: one query to the program, against a bare
 * undici Pool that makes the very same requests (they are read from the sandbox's log) and turns the answers into base64, and a Hive
 * Gateway over an OpenAPI source that asks for the same (left out where test/bench/hive is not installed). Each round reads a folder
 * that was not read before; at the end one is read again. Each side runs in a process of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, openSide, programFlags, table } from './measure.mjs';

// As bin/proofsheet.cjs starts the program; the other sides, which inherit it, run as they would be run too.
process.env.NODE_ENV ??= 'production';

const rounds = 7;
/** A server that has just started is not what is measured. */
const warmUps = 20;
const pictures = 100;
const latencies = [0, 20, 50];
const entriesOf = { box: 'entries', 'oracle-content': 'items' };
const sidesModule = fileURLToPath(new URL('./remote-gallery-sides.mjs', import.meta.url));

for (const product of ['box', 'oracle-content']) await compare(product);

async function compare(product) {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  const folders = warmUps + latencies.length * rounds;
  const sandbox = await openSide(sidesModule, ['sandbox', product]);
  const { url, containers } = (await sandbox.run({ folders, pictures })).result;
  const sides = [sandbox];
  try {
    // A first program makes the sandbox draw its thumbnails, so that no side waits for that.
    const first = await openProgram(product, url, join(folder, 'first'), sides);
    for (const container of containers) await first.gallery(container);
    const program = await openProgram(product, url, join(folder, 'measured'), sides);
    const pool = await openSide(sidesModule, ['pool']);
    sides.push(pool);
    const gateway = await openGateway(product, url, sides);
    await measure(product, url, containers, { program, pool, gateway });
  } finally {
    for (const side of sides) side.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openProgram(product, url, directory, sides) {
  const side = await openSide(sidesModule, ['program', product, url, directory], programFlags);
  sides.push(side);
  const { origin } = (await side.run({})).result;
  const cpu = async () => (await side.run({})).result.cpuMs;
  return { gallery: (container) => askGallery(origin, container), cpu };
}

/** null where it is not installed. What it needs to know of the system's paths it learns from what the program asked. */
async function openGateway(product, url, sides) {
  const side = await openSide(sidesModule, ['gateway', product, url]);
  if (side.unavailable) {
    console.log(`LEFT OUT: Hive Gateway is not installed (${side.unavailable}). npm install --prefix test/bench/hive`);
    return null;
  }
  sides.push(side);
  return async (container, requests) => {
    const { origin, cpuMs: before } = (await side.run({ container, requests })).result;
    const startedAt = performance.now();
    await askHive(origin, product, nativeIdOf(container));
    const ms = performance.now() - startedAt;
    return { ms, cpuMs: (await side.run({})).result.cpuMs - before };
  };
}

async function askHive(origin, product, id) {
  const entries = entriesOf[product];
  const query = `query ($id: String!) { list(id: $id) { ${entries} { id name picture } } }`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(origin, { method: 'POST', headers, body: JSON.stringify({ query, variables: { id } }) });
  const { data, errors } = await response.json();
  if (errors || data.list[entries].length !== pictures)
    throw new Error(`The gateway failed: ${JSON.stringify(errors?.slice(0, 2))}`);
}

function nativeIdOf(container) {
  return decodeURIComponent(container.split('/').at(-1));
}

async function measure(product, url, containers, { program, pool, gateway }) {
  const rows = [];
  const fresh = [...containers];
  const round = async () => {
    const container = fresh.shift();
    const ours = await oursOf(url, container, program);
    const bare = await pool.run({ url, requests: ours.requests });
    return { ours, bare, hive: gateway && (await gateway(container, ours.requests)) };
  };
  for (let warmUp = 0; warmUp < warmUps; warmUp += 1) await round();
  for (const latency of latencies) {
    await setLatency(url, latency);
    const runs = [];
    for (let number = 0; number < rounds; number += 1) runs.push(await round());
    rows.push(toRow(latency, runs));
  }
  console.log(`\n${product}: ${pictures} thumbnails as base64, median of ${rounds} rounds`);
  table(rows);
  await assertNothingIsAskedAgain(product, url, containers.at(-1), program);
}

async function oursOf(url, container, program) {
  await clearLog(url);
  const cpuBefore = await program.cpu();
  const startedAt = performance.now();
  await program.gallery(container);
  const ms = performance.now() - startedAt;
  const cpuMs = (await program.cpu()) - cpuBefore;
  const log = await (await fetch(`${url}/_sandbox/requests`)).json();
  return { ms, cpuMs, requests: log.map(({ method, path, headers }) => ({ method, path, headers })) };
}

function toRow(latency, runs) {
  const [ours, bare, hive] = ['ours', 'bare', 'hive'].map((side) => runs.map((run) => run[side]).filter((run) => run !== null));
  const figure = (side, name) => median(side.map((run) => run[name]));
  const cpu = figure(ours, 'cpuMs');
  return {
    latency: `${latency} ms`,
    requests: `${ours[0].requests.length}`,
    'our wall': `${figure(ours, 'ms').toFixed(0)} ms`,
    'Pool wall': `${figure(bare, 'ms').toFixed(0)} ms`,
    'our CPU': `${cpu.toFixed(0)} ms`,
    'Pool CPU': `${figure(bare, 'cpuMs').toFixed(0)} ms`,
    'CPU ratio': `${(cpu / figure(bare, 'cpuMs')).toFixed(2)} ×`,
    ...(hive.length > 0 && {
      'Hive wall': `${figure(hive, 'ms').toFixed(0)} ms`,
      'Hive CPU': `${figure(hive, 'cpuMs').toFixed(0)} ms`,
      'CPU to Hive': `${(cpu / figure(hive, 'cpuMs')).toFixed(2)} ×`,
    }),
    '2 × latency + 1.3 × CPU': `${(2 * latency + 1.3 * cpu).toFixed(0)} ms`,
  };
}

async function assertNothingIsAskedAgain(product, url, container, program) {
  const { requests, ms } = await oursOf(url, container, program);
  if (requests.length > 0) throw new Error(`${product} was asked again: ${requests.map(({ path }) => path).join(' ')}`);
  console.log(`The same gallery again: 0 requests, ${ms.toFixed(0)} ms`);
}

async function askGallery(origin, container) {
  const query = `query ($container: ID!) { container(id: $container) { attachments(first: ${pictures}) {
    nodes { id filename contentType sizeBytes thumbnail(size: 160, format: JPEG) { base64 } } } } }`;
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { container } }),
  });
  const { data, errors } = await response.json();
  const nodes = data?.container?.attachments?.nodes ?? [];
  const missing = nodes.filter(({ thumbnail }) => !thumbnail?.base64).length;
  if (errors || nodes.length !== pictures || missing > 0) {
    throw new Error(`The gallery has ${nodes.length} pictures, ${missing} without bytes: ${JSON.stringify(errors?.slice(0, 2))}`);
  }
}

async function setLatency(url, milliseconds) {
  await fetch(`${url}/_sandbox/faults`, { method: 'DELETE' });
  if (milliseconds === 0) return;
  const body = JSON.stringify({ kind: 'latency', milliseconds });
  await fetch(`${url}/_sandbox/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

async function clearLog(url) {
  await fetch(`${url}/_sandbox/requests`, { method: 'DELETE' });
}
