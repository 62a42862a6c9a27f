import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { inTemporaryDirectory } from '../../support/program.js';
import { quarters } from '../image/drawing.js';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** A group of tests that takes the program; one that says so where it is not there. */
export function describeWithFfmpeg(name: string, tests: () => void): void {
  if (hasFfmpeg) describe(name, tests);
  else describe.skip(`${name} (skipped: ffmpeg is not installed)`, tests);
}

/** What ffmpeg writes into a file of this name; `args` hold all but that. */
export function makeMedia(filename: string, ...args: readonly string[]): Promise<Buffer> {
  return inTemporaryDirectory(async (directory) => {
    const path = join(directory, filename);
    const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args, path], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`ffmpeg could not make ${filename}: ${stderr}`);
    return readFileSync(path);
  });
}

/** A film of a second that shows four quarters, of which each has a colour of its own. */
export function makeQuarters(filename: string, width: number, height: number, ...args: readonly string[]): Promise<Buffer> {
  return inTemporaryDirectory(async (directory) => {
    const picture = join(directory, 'quarters.png');
    writeFileSync(picture, await quarters(width, height).png().toBuffer());
    return makeMedia(filename, '-loop', '1', '-t', '1', '-r', '10', '-i', picture, ...args);
  });
}

/** Another file made of this one. */
export function remake(bytes: Buffer, filename: string, ...args: readonly string[]): Promise<Buffer> {
  return inTemporaryDirectory(async (directory) => {
    const path = join(directory, 'source');
    writeFileSync(path, bytes);
    return makeMedia(filename, '-i', path, ...args);
  });
}

export const lossy420 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '10', '-pix_fmt', 'yuv420p'] as const;

/** The same film, marked as filmed with the phone turned, so that it is to be shown a quarter of a turn clockwise. */
export function turnClockwise(film: Buffer): Buffer {
  const turned = Buffer.from(film);
  const matrix = turned.indexOf('tkhd') + 44;
  [0, 0x10000, 0, -0x10000, 0].forEach((value, index) => {
    turned.writeInt32BE(value, matrix + index * 4);
  });
  return turned;
}

/** A tone that is soft for the first half and loud for the second. */
export function makeTone(filename: string, seconds: number, ...args: readonly string[]): Promise<Buffer> {
  const tone = `aevalsrc=sin(440*2*PI*t)*if(lt(t\\,${seconds / 2})\\,0.1\\,0.8):s=44100:d=${seconds}`;
  return makeMedia(filename, '-f', 'lavfi', '-i', tone, ...args);
}
