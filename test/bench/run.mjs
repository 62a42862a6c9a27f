/** Runs the benchmarks that are named, or all: `npm run bench`, `npm run bench thumbnails upload`. One after the other, each alone. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ending = '.bench.mjs';
const directory = fileURLToPath(new URL('.', import.meta.url));
const all = readdirSync(directory)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is named ${unknown.join(', ')}. There are: ${all.join(', ')}`);
  process.exit(1);
}

let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
  const { status } = spawnSync(process.execPath, [`${directory}${name}${ending}`], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
