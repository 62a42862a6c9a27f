/** The processes of remote-gallery.bench.mjs: a sandbox full of pictures, the program over it, and the bare Pool. */
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { Pool } from 'undici';
import { createApp } from '../../dist/app.js';
import { openAccount } from '../../dist/composition/accounts.js';
import { accountOfSandbox, sandboxSettings } from '../../dist/composition/sandboxes.js';
import { parseConfig } from '../../dist/config.js';
import { simulateBox } from '../../dist/sandbox/box/index.js';
import { simulateOracleContent } from '../../dist/sandbox/oracle-content/index.js';
import { startSandbox } from '../../dist/sandbox/simulator.js';
import { cpuMs, serveSide } from './measure.mjs';

const connections = 128;
const token = 'sandbox-token';
const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
const call = { viewer: { id: 'bench', name: 'Bench', roles: [], scope: 'bench' }, signal: new AbortController().signal, log };

const simulate = { box: simulateBox, 'oracle-content': simulateOracleContent };

const [side, ...args] = process.argv.slice(2);
serveSide({ sandbox: openSandbox, program: openProgram, pool: openPool, gateway: openHive }[side]);

/** run({ folders, pictures }) → where it listens, and the global ids of that many folders with pictures. */
async function openSandbox() {
  const [product] = args;
  const sandbox = await startSandbox(simulate[product]({ seed: false }));
  const provider = await openAccount(accountOfSandbox(sandbox));
  return async ({ folders, pictures }) => {
    const containers = [];
    for (let index = 0; index < folders; index += 1) {
      const folder = await provider.createContainer(provider.facts.rootContainer, `Folder ${index}`, call);
      await fill(provider, folder, index, pictures);
      containers.push(`gid://${product}/Folder/${encodeURIComponent(folder.id)}`);
    }
    return { url: sandbox.url, containers };
  };
}

async function fill(provider, container, folder, pictures) {
  for (let number = 0; number < pictures; number += 1) {
    const bytes = await picture(folder * pictures + number);
    const content = Readable.from([bytes], { objectMode: false });
    const filename = `picture ${number}.jpg`;
    await provider.write({ content, contentType: 'image/jpeg', digest: null, container, filename, onCollision: 'FAIL' }, call);
  }
}

/** Gradients: about as many bytes as a photograph's thumbnail has. */
function picture(number) {
  const hue = (number * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><defs><linearGradient id="g" x2="1" y2="1">
    <stop stop-color="hsl(${hue},80%,60%)"/><stop offset="1" stop-color="hsl(${hue + 90},70%,30%)"/></linearGradient></defs>
    <rect width="640" height="480" fill="url(#g)"/><circle cx="${number % 640}" cy="240" r="120" fill="#fff8"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

/** run() → where it listens, and the CPU time it has used until now. */
async function openProgram() {
  const [product, url, directory] = args;
  const account = { ...sandboxSettings({ product, url }), connections };
  const settings = { server: { logLevel: 'error' }, providers: { [product]: account } };
  const app = await createApp(parseConfig(JSON.stringify(settings), { PORT: '0', PROOFSHEET_DATA: directory }));
  const origin = await app.listen();
  return async () => ({ origin, cpuMs: cpuMs() });
}

/** run({ url, requests }): the first alone, since it tells what the others are about; then those at once. */
async function openPool() {
  let pool;
  return async ({ url, requests }) => {
    pool ??= new Pool(url, { connections });
    const [first, ...others] = requests;
    const list = await send(pool, first);
    const bytes = await Promise.all(others.map((request) => send(pool, request)));
    return JSON.stringify({ list: JSON.parse(list), pictures: bytes.map((each) => each.toString('base64')) }).length;
  };
}

/** run({ container, requests }), or run({}) once it runs → where it answers, and the CPU time it has used until now. */
async function openHive() {
  const { openGateway } = await import('./hive/gateway.mjs');
  const [product, endpoint] = args;
  const entries = product === 'box' ? 'entries' : 'items';
  let origin;
  return async ({ container, requests }) => {
    origin ??= await openGateway({ endpoint, authorization: `Bearer ${token}`, entries, ...templatesOf(container, requests) });
    return { origin, cpuMs: cpuMs() };
  };
}

/** The paths of the list, which was asked for first, and of a picture, with {id} in the place of their ids. */
function templatesOf(container, requests) {
  const folder = container.split('/').at(-1);
  const picture = requests.find(({ path }) => path.includes('/files/')).path;
  return { listPath: requests[0].path.replace(folder, '{id}'), picturePath: picture.replace(/\/files\/[^/]+/, '/files/{id}') };
}

async function send(pool, { method, path, headers }) {
  const { authorization, accept } = headers;
  const answer = await pool.request({
    method,
    path,
    headers: { ...(authorization && { authorization }), ...(accept && { accept }) },
  });
  return Buffer.from(await answer.body.arrayBuffer());
}
