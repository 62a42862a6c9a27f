import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openDiskBlobStore } from '../../dist/vault/blobs/disk.js';
import { openVault } from '../../dist/vault/index.js';

/**
 * Writes to a vault until it is killed. Arguments: the vault's folder, and the step to die at by its own hand (or "endless" to
 * be killed from outside). Prints a line for each thing that was promised: "stored <id>", "deleted <id>"; and "deleting <id>"
 * for what may or may not be done.
 */
const [directory, step] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn: console.error, error: console.error };
const call = { viewer: { id: 'writer', name: 'Writer', roles: [], scope: 'writer' }, signal: new AbortController().signal, log };
let armed = false;

const disk = await openDiskBlobStore({ directory: join(directory, 'blobs') });
const vault = await openVault({ directory, blobs: dyingAt(disk), settings: { maxUploadBytes: 1e9 }, log });
if (step === 'endless') await writeWithoutEnd();
else await dieAtStep();

async function writeWithoutEnd() {
  promise('ready', '');
  for (let number = 0; ; number++)
    await Promise.all([writeOne(`${process.pid} ${number} a`), writeOne(`${process.pid} ${number} b`)]);
}

async function writeOne(name) {
  const { id } = await upload(name, randomBytes(Math.floor(Math.random() * 400_000)));
  promise('stored', id);
  await vault.writeVersion(id, { ...incoming(randomBytes(3_000)), ifVersion: 1 }, call);
  await vault.writeRendition(id, { ...incoming(randomBytes(500)), name: 'cover', version: null }, call);
  if (Math.random() < 0.5) return;
  promise('deleting', id);
  await vault.remove(id, { permanently: true }, call);
  promise('deleted', id);
}

async function dieAtStep() {
  const { id } = await upload('before', Buffer.from('stored before'));
  promise('stored', id);
  armed = true;
  if (step.includes('remove')) await vault.remove(id, { permanently: true }, call);
  else await upload('victim', randomBytes(300_000));
}

function upload(filename, bytes) {
  return vault.write({ ...incoming(bytes), container: { type: 'Folder', id: 'root' }, filename, onCollision: 'FAIL' }, call);
}

function incoming(bytes) {
  return { content: Readable.from(pieces(bytes)), contentType: 'application/octet-stream', digest: null };
}

function* pieces(bytes) {
  for (let start = 0; start < bytes.length; start += 65_536) {
    if (start > 0) dieIf('while bytes arrive');
    yield bytes.subarray(start, start + 65_536);
  }
}

function dyingAt(blobs) {
  return {
    stage: async (source, options) => {
      const staged = await blobs.stage(source, options);
      dieIf('after the bytes are staged');
      return {
        ...staged,
        commit: async () => {
          dieIf('before the bytes get their name');
          await staged.commit();
          dieIf('after the bytes got their name');
        },
      };
    },
    remove: async (digest) => {
      dieIf('before remove of the bytes');
      const removed = await blobs.remove(digest);
      dieIf('after remove of the bytes');
      return removed;
    },
    locate: (digest) => blobs.locate(digest),
    sweep: () => blobs.sweep(),
    stats: () => blobs.stats(),
    close: () => blobs.close(),
  };
}

function dieIf(reached) {
  if (armed && reached === step) process.kill(process.pid, 'SIGKILL');
}

function promise(what, id) {
  process.stdout.write(`${what} ${id}\n`);
}
