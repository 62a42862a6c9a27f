import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningProgram, startConfigured } from '../support/program.js';
import { ask, look, upload } from './looking.js';
import { makeSeeds } from './made-seeds.js';
import { type Mutant, mutate, type Seed } from './mutations.js';
import { Random } from './random.js';

const corpus = process.env.PROOFSHEET_CORPUS;
const mutants = Number(process.env.PROOFSHEET_MUTANTS ?? 2000);
/** Another one makes other files. */
const firstSeed = Number(process.env.PROOFSHEET_MUTANT_SEED ?? 1);
/** Asked for at once. */
const lanes = 8;
const filesPerUpload = 8;
const testMs = 1_800_000;
/** For what allocators keep and caches hold, above what the unharmed files left behind. */
const maxGrowthBytes = 256 * 1024 ** 2;
/** Failing mutants stay here, to be looked at. */
const foundFolder = join(tmpdir(), 'proofsheet-mutants');

const config = 'sandboxes: false\ngraph: { patienceMs: 20000 }\nrendering: { ahead: { sizes: [] } }\n';

(corpus ? describe : describe.skip)(
  `Files that nobody made on purpose ${corpus ? '' : '(skipped: set PROOFSHEET_CORPUS to a folder of real files to harm)'}`,
  () => {
    let directory: string;
    let program: RunningProgram;
    const seeds = [...readSeeds(corpus ?? ''), ...makeSeeds()];

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'proofsheet-fuzz-'));
      program = await startConfigured(directory, config);
    });

    afterAll(async () => {
      await program?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it(
      'end, the real ones and some thousands made from them, in a picture or a reason, and leave the server as it was',
      async () => {
        const whole = seeds.map((seed): Mutant => ({ ...seed, made: `"${seed.filename}"` }));
        expect((await findings(program.url, whole)).found).toEqual([]);
        const before = await residentBytes(program.url);
        const metadata = askForMetadata(program.url);

        const harmed = Array.from({ length: mutants }, (_, index) => makeMutant(seeds, firstSeed + index));
        const { found, states } = await findings(program.url, harmed);
        expect(found).toEqual([]);
        expect(states).toEqual(expect.arrayContaining(['READY', 'FAILED', 'UNSUPPORTED']));

        expect(await metadata.stop()).toEqual({ failed: 0 });
        expect(program.process.exitCode).toBeNull();
        expect(program.output().stderr).not.toMatch(/Warning|"level":(?:50|60)/);
        expect((await residentBytes(program.url)) - before).toBeLessThan(maxGrowthBytes);
      },
      testMs,
    );
  },
);

function readSeeds(folder: string): readonly Seed[] {
  if (folder === '') return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return paths.map((path) => ({ filename: basename(path), bytes: readFileSync(path) }));
}

/** Small files come more often: there is more to find out in the same time. */
function makeMutant(seeds: readonly Seed[], seed: number): Mutant {
  const random = new Random(seed);
  const draw = () => seeds[random.below(seeds.length)] ?? { filename: 'empty', bytes: Buffer.alloc(0) };
  const [one, two] = [draw(), draw()];
  const [smaller, larger] = one.bytes.length < two.bytes.length ? [one, two] : [two, one];
  const mutant = mutate(smaller, larger, random);
  return { ...mutant, made: `${mutant.made} (seed ${seed})` };
}

/** What is wrong with the answers about these files, and which states there were. */
async function findings(url: string, files: readonly Mutant[]) {
  const found: string[] = [];
  const states = new Set<string>();
  const batches = Array.from({ length: Math.ceil(files.length / filesPerUpload) }, (_, index) =>
    files.slice(index * filesPerUpload, (index + 1) * filesPerUpload),
  );
  const lane = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      for (const [index, id] of (await upload(url, batch)).entries()) {
        const { state, complaints } = await look(url, id);
        states.add(state);
        const mutant = batch[index];
        if (mutant && complaints.length > 0) found.push(`${mutant.made} in ${keep(mutant)} ${complaints.join('; ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { found, states: [...states] };
}

function keep({ filename, bytes, made }: Mutant): string {
  const folder = join(foundFolder, made.replaceAll(/\W+/g, '-').slice(-40));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, filename), bytes);
  return join(folder, filename);
}

/** One question after another, as somebody who only reads lists. */
function askForMetadata(url: string) {
  let running = true;
  const failed = (async () => {
    let count = 0;
    while (running) {
      const { data, errors } = await ask<{ attachments: unknown }>(url, '{ attachments(first: 20) { nodes { id filename } } }');
      if (!data?.attachments || errors) count += 1;
      await setTimeout(20);
    }
    return { failed: count };
  })();
  return {
    stop: () => {
      running = false;
      return failed;
    },
  };
}

async function residentBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
}
