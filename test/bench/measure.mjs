import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Runs every side once a round, in turn, so that what the machine does meanwhile meets all alike. → { name: milliseconds[] } */
export async function interleave(rounds, sides) {
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(sides)) {
      const startedAt = performance.now();
      await run(round);
      times[name].push(performance.now() - startedAt);
    }
  }
  return times;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rows of one shape as aligned columns, numbers to the right; printed. */
export function table(rows) {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const isNumber = (text) => /^[\d.,]+( .?i?B| ms| ×)?$/.test(text);
  for (const line of cells) {
    console.log(
      line
        .map((text, column) => text[isNumber(text) ? 'padStart' : 'padEnd'](widths[column]))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Works on items in order, `inFlight` at a time. */
export async function eachInFlight(items, inFlight, work) {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    }),
  );
}

/** CPU of this process and of its children that have ended, in ms. */
export function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + endedChildrenCpuMs();
}

/** The most that this process had resident since it started; what the process had that started it is not in it. */
export function peakRssMiB() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** What the program's own first line gives to Node. */
export const programFlags = readFileSync(new URL('../../bin/proofsheet.cjs', import.meta.url), 'utf8')
  .split('\n', 1)[0]
  .match(/--\S+/g);

/**
 * Starts a side in a process of its own, so that its memory is its own, with these flags for Node. The module calls `serveSide`.
 * → run(input) resolves with { ms, cpuMs, peakRssMiB, result }.
 */
export async function openSide(module, args, execArgv = []) {
  const child = fork(module, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv });
  const ended = new Promise((_, reject) => {
    child.once('exit', (code) => reject(new Error(`The side ${args.join(' ')} ended with code ${code}`)));
  });
  ended.catch(() => {});
  const ask = (message) => {
    const answer = new Promise((resolve) => child.once('message', resolve));
    child.send(message);
    return Promise.race([answer, ended]);
  };
  const ready = await ask({ ready: true });
  if (ready.unavailable) {
    child.kill();
    return { unavailable: ready.unavailable };
  }
  return { run: (input) => ask({ input }), close: () => child.kill() };
}

/** The other end of openSide. `open` resolves with run(input), or throws where this side cannot run here. */
export function serveSide(open) {
  const opened = open().then(
    (run) => ({ run }),
    (error) => ({ unavailable: error.message }),
  );
  process.on('message', async (message) => {
    const { run, unavailable } = await opened;
    if (message.ready) return process.send({ unavailable });
    const before = cpuMs();
    const startedAt = performance.now();
    const result = await run(message.input);
    const ms = performance.now() - startedAt;
    process.send({ ms, cpuMs: cpuMs() - before, peakRssMiB: peakRssMiB(), result });
  });
  process.on('disconnect', () => process.exit());
}

/** From the kernel's account of this process, in hundredths of a second; 0 where there is none. */
function endedChildrenCpuMs() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}
