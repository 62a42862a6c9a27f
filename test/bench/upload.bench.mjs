/**
 * G12: a large file into the vault, over HTTP, hashed and durable, against hashing alone (openssl) and against what is commonly
 * written: graphql-upload-minimal piped through a hash on the main thread into a file, as it is and made durable by fsync as ours is.
 * And the memory that it takes.
 *
 * All of it once more with OpenSSL, which Node has too, told to leave the processor's SHA instructions alone. With them SHA-256 runs
 * at 1 to 2 GB/s and an upload costs what the network and the disk cost; without them, at 200 to 500 MB/s, hashing is most of it.
 */
import { execFile, fork, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave, median, table } from './measure.mjs';

const rounds = 5;
const fileBytes = 1024 ** 3;
const largeFileBytes = 4 * 1024 ** 3;
const program = fileURLToPath(new URL('../../bin/proofsheet.cjs', import.meta.url));
const run = promisify(execFile);

/** What the sides have in their environment; man OPENSSL_ia32cap: bit 29 of the second vector stands for the SHA instructions. */
const processors = {
  'this CPU': {},
  ...(hasShaInstructions() ? { 'a CPU without SHA instructions': { OPENSSL_ia32cap: ':~0x20000000' } } : {}),
};

const missing = await missingTools();
if (missing.length > 0)
  console.log(`LEFT OUT: ${missing.join(' and ')} not installed. On Debian: apt-get install ${missing.join(' ')}`);
else await inTemporaryFolder(measure);

async function missingTools() {
  const tools = { curl: ['--version'], openssl: ['version'] };
  const found = await Promise.all(
    Object.entries(tools).map(([tool, args]) =>
      run(tool, args).then(
        () => null,
        () => tool,
      ),
    ),
  );
  return found.filter((tool) => tool !== null);
}

async function inTemporaryFolder(body) {
  const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder) {
  const file = join(folder, 'random.bin');
  await writeRandom(file, fileBytes);
  for (const [processor, environment] of Object.entries(processors)) await compare(folder, file, processor, environment);
  await measureMemory(folder);
}

async function compare(folder, file, processor, environment) {
  const env = { ...process.env, ...environment };
  const peers = [await openPeer(folder, 'durable', env), await openPeer(folder, 'as it is', env)];
  const sides = [await openProgram(folder, env), ...peers, openssl(env)];
  try {
    report(processor, await timesOf(sides, file));
  } finally {
    for (const { close } of sides) await close?.();
  }
}

async function timesOf(sides, file) {
  const figures = new Map(sides.map(({ name }) => [name, []]));
  const runs = sides.map(({ name, send, tidy = () => {}, cpuMs = () => 0 }) => {
    const once = async () => {
      const cpuBefore = cpuMs();
      const startedAt = performance.now();
      const answer = await send(file);
      figures.get(name).push({ ms: performance.now() - startedAt, cpuMs: cpuMs() - cpuBefore });
      await tidy(answer);
    };
    return [name, once];
  });
  await interleave(rounds + 1, Object.fromEntries(runs));
  return figures;
}

/** The first round warms up and does not count. */
function report(processor, figures) {
  const middle = [...figures].map(([name, all]) => ({
    name,
    ms: median(all.slice(1).map(({ ms }) => ms)),
    cpuMs: median(all.slice(1).map(({ cpuMs }) => cpuMs)),
  }));
  const size = `${fileBytes / 1024 ** 2} MiB`;
  const cores = `the same ${availableParallelism()} cores`;
  console.log(`\nOn ${processor}: a file of ${size} by curl on ${cores}, median of ${rounds} rounds`);
  table(
    middle.map(({ name, ms, cpuMs }) => ({
      side: name,
      'each second': `${Math.round(fileBytes / 1024 ** 2 / (ms / 1000))} MiB`,
      "server's CPU": cpuMs === 0 ? '' : `${Math.round(cpuMs)} ms`,
      'proofsheet is': `${(ms / middle[0].ms).toFixed(2)} ×`,
    })),
  );
}

async function measureMemory(folder) {
  const file = join(folder, 'large.bin');
  await writeFile(file, '');
  await truncate(file, largeFileBytes);
  const side = await openProgram(folder, process.env);
  const idle = peakMiB(side.pid);
  await side.send(file);
  const peak = peakMiB(side.pid);
  await side.close();
  console.log(`\nMemory of the server, the most that was resident, for a file of ${largeFileBytes / 1024 ** 3} GiB`);
  table([{ 'before the upload': `${idle} MiB`, 'after it': `${peak} MiB`, difference: `${peak - idle} MiB` }]);
}

// ── The sides ────────────────────────────────────────────────────────────────

/** The real program with its data in a folder of its own. */
async function openProgram(folder, env) {
  const data = await mkdtemp(join(folder, 'data-'));
  const environment = { ...env, PORT: '0', PROOFSHEET_DATA: data, PROOFSHEET_CONFIG: join(data, 'config.yml') };
  await writeFile(environment.PROOFSHEET_CONFIG, 'server: { logLevel: error }\nsandboxes: false\n');
  const child = spawn(program, ['serve'], {
    cwd: data,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `${await readyUrl(child)}/graphql`;
  const query = `mutation ($input: UploadAttachmentsInput!) {
    uploadAttachments(input: $input) { results { attachment { id digest { hex } } error { message } } }
  }`;
  const input = { container: 'gid://vault/Folder/root', files: [{ file: null }] };
  return {
    name: 'proofsheet',
    pid: child.pid,
    cpuMs: () => cpuMsOf(child.pid),
    send: async (file) => {
      const { uploadAttachments } = await curlUpload(url, file, { query, variables: { input } }, 'variables.input.files.0.file');
      const [{ attachment, error }] = uploadAttachments.results;
      if (error) throw new Error(error.message);
      return attachment.id;
    },
    tidy: async (id) => {
      const remove = 'mutation ($id: ID!) { deleteAttachment(input: { attachment: $id, permanently: true }) { deletedId } }';
      await postJson(url, { query: remove, variables: { id } });
    },
    close: () => new Promise((resolve) => child.once('exit', resolve).kill()),
  };
}

async function openPeer(folder, durability, env) {
  const child = fork(fileURLToPath(new URL('./upload-peer.mjs', import.meta.url)), [join(folder, 'peer.bin'), durability], {
    env,
  });
  const url = await new Promise((resolve) => child.once('message', resolve));
  return {
    name: `graphql-upload-minimal, main thread, ${durability}`,
    cpuMs: () => cpuMsOf(child.pid),
    send: (file) => curlUpload(url, file, { query: 'mutation', variables: { file: null } }, 'variables.file'),
    tidy: () => rm(join(folder, 'peer.bin')),
    close: () => new Promise((resolve) => child.once('exit', resolve).kill()),
  };
}

function openssl(env) {
  return {
    name: 'openssl dgst -sha256, no network, no disk',
    send: (file) => run('openssl', ['dgst', '-sha256', file], { env }),
  };
}

async function curlUpload(url, file, operations, path) {
  const parts = [`operations=${JSON.stringify(operations)}`, `map=${JSON.stringify({ file: [path] })}`, `file=@${file}`];
  const form = parts.flatMap((part) => ['-F', part]);
  const { stdout } = await run('curl', ['-sS', '-H', 'apollo-require-preflight: true', ...form, url]);
  const { data, errors } = JSON.parse(stdout);
  if (errors) throw new Error(errors[0].message);
  return data;
}

async function postJson(url, body) {
  const headers = { 'content-type': 'application/json' };
  const { data, errors } = await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

function readyUrl(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const url = /ready on (http:\S+)/.exec(printed)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The program ended with code ${code}`)));
  });
}

async function writeRandom(path, bytes) {
  const file = await open(path, 'wx');
  const step = Buffer.alloc(16 * 1024 ** 2);
  for (let written = 0; written < bytes; written += step.length) await file.write(randomFillSync(step));
  await file.close();
}

// ── What the kernel says (Linux) ─────────────────────────────────────────────

/** Of processors that OPENSSL_ia32cap is for. */
function hasShaInstructions() {
  return readFileSync('/proc/cpuinfo', 'utf8').includes(' sha_ni');
}

/** User and system time, counted in hundredths of a second. */
function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function peakMiB(pid) {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}
