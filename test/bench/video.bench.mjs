/** G11: the poster of a film against ffmpeg asked for the exact frame at the same place, each from the file to a JPEG of 320 px. */
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs, interleave, median, table } from './measure.mjs';
import { asked, openBenchRendering, toSource } from './rendering.mjs';

const rounds = 9;
/** The poster is looked for at a tenth of it: half-way between two key frames that are 250 frames apart, the most that x264 leaves unless told. */
const seconds = 50;
const poster = { kind: 'thumbnail', size: 320, format: 'JPEG' };
const films = [
  { film: '1080p, a key frame every 10 s', size: '1920x1080', keyFramesApart: 250 },
  { film: '1080p, a key frame every second', size: '1920x1080', keyFramesApart: 25 },
];

const folder = mkdtempSync(join(tmpdir(), 'proofsheet-bench-'));
try {
  const rows = [];
  for (const film of films) rows.push(...(await compare(film)));
  console.log(`\nA poster of 320 px, one at a time, median of ${rounds} rounds`);
  table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What is uploaded is looked at before anybody asks: its poster takes no ffprobe any more. A film in another system comes unlooked at. */
async function compare({ film, size, keyFramesApart }) {
  const path = join(folder, `film-${keyFramesApart}.mp4`);
  makeFilm(path, size, keyFramesApart);
  const rendering = await openBenchRendering(join(folder, `rendering-${keyFramesApart}`));
  const exact = ['-ss', `${seconds / 10}`, '-i', path, '-frames:v', '1', '-vf', 'scale=320:-2', '-y'];
  const cpu = { uploaded: [], unknown: [], exact: [] };
  const counted = (side, run) => async (round) => {
    const before = cpuMs();
    await run(round);
    cpu[side].push(cpuMs() - before);
  };
  const sourceOf = (side, round) => {
    const name = join(folder, `${keyFramesApart}-${side}-${round}.mp4`);
    if (!existsSync(name)) linkSync(path, name);
    return toSource(name, 'video/mp4');
  };
  const draw = (side) =>
    counted(side, async (round) => {
      const { state, reason } = await rendering.render(sourceOf(side, round), poster, asked);
      if (state !== 'READY') throw new Error(reason);
    });
  // Made after a first thumbnail, for all sizes to come.
  const master = async () => {
    while (rendering.stats().mediaRunning + rendering.stats().mediaWaiting > 0) await new Promise(setImmediate);
  };
  const times = await interleave(rounds + 1, {
    upload: (round) => rendering.facts(sourceOf('uploaded', round), asked),
    uploaded: draw('uploaded'),
    master,
    unknown: draw('unknown'),
    itsMaster: master,
    exact: counted('exact', () => runFfmpeg([...exact, join(folder, 'exact.jpg')])),
  });
  await rendering.close();
  return [
    ['looked at after its upload', 'uploaded'],
    ['never looked at', 'unknown'],
  ].map(([state, side]) => ({ film, state, ...ratio('time', times, side), ...ratio('CPU', cpu, side) }));
}

/** Without scene cuts, at which x264 would set further key frames: the noise looks like many. */
function makeFilm(path, size, keyFramesApart) {
  const picture = `testsrc2=s=${size}:r=25:d=${seconds},noise=alls=6:allf=t`;
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  const keyFrames = ['-g', `${keyFramesApart}`, '-sc_threshold', '0'];
  runFfmpeg(['-f', 'lavfi', '-i', picture, ...codec, ...keyFrames, path]);
}

function ratio(name, sides, here) {
  const [ours, peers] = [sides[here], sides.exact].map((all) => median(all.slice(1)));
  return {
    [`${name} here`]: `${ours.toFixed(0)} ms`,
    [`${name} of the exact frame`]: `${peers.toFixed(0)} ms`,
    [`${name} ratio`]: `${(ours / peers).toFixed(2)} ×`,
  };
}

function runFfmpeg(args) {
  const { error, status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args], { encoding: 'utf8' });
  if (error) throw new Error(`ffmpeg is needed: ${error.message}`);
  if (status !== 0) throw new Error(stderr);
}
