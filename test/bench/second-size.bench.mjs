/** G7: a second size of a picture that has its master, against the first size, which is drawn from the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { interleave, median, table } from './measure.mjs';
import { drawPhoto, nameOften } from './photos.mjs';
import { asked, openBenchRendering, toSource } from './rendering.mjs';

const rounds = 12;
const sizes = [160, 640, 1024];
const toSpec = (size) => ({ kind: 'thumbnail', size, format: 'JPEG' });

const folder = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
try {
  await compare();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare() {
  await drawPhoto(join(folder, 'photo.jpg'));
  const photos = nameOften(join(folder, 'photo.jpg'), folder, 'photo', rounds + 1).map((path) => toSource(path));
  const rendering = await openBenchRendering(join(folder, 'with-masters'));
  const without = await openBenchRendering(join(folder, 'without'), { masterFromPixels: 0 });
  const sides = { 'first, 320': (round) => rendering.render(photos[round], toSpec(320), asked) };
  sides.master = async () => {
    while (rendering.stats().imageRunning + rendering.stats().imageWaiting > 0) await new Promise(setImmediate);
  };
  for (const size of sizes) sides[`second, ${size}`] = (round) => rendering.render(photos[round], toSpec(size), asked);
  for (const size of sizes) sides[`without a master, ${size}`] = (round) => without.render(photos[round], toSpec(size), asked);
  const times = await interleave(rounds + 1, sides);
  const first = median(times['first, 320'].slice(1));
  console.log(`\n12-Mpx JPEG, one at a time, median of ${rounds} rounds`);
  table(
    Object.entries(times).map(([side, all]) => ({
      side,
      time: `${median(all.slice(1)).toFixed(1)} ms`,
      'as quick as the first': `${(first / median(all.slice(1))).toFixed(2)} ×`,
    })),
  );
  console.log(`\nMean difference of a size drawn from the master to the same size drawn from the file, of 255`);
  for (const size of sizes) {
    const [ours, plain] = await Promise.all([rendering, without].map((one) => one.render(photos[0], toSpec(size), asked)));
    console.log(`${size} px: ${(await meanDifference(ours.bytes, plain.bytes)).toFixed(2)}`);
  }
  await Promise.all([rendering.close(), without.close()]);
}

async function meanDifference(one, other) {
  const [a, b] = await Promise.all([one, other].map((bytes) => sharp(bytes).raw().toBuffer()));
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
}
