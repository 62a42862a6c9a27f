import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { fitInside } from '../fit.js';
import { encode } from './encode.js';
import { outOfMemoryExitCode, type SvgAnswer, type SvgRequest, started } from './svg-protocol.js';

/**
 * Draws one SVG at a time in a process of its own: a few lines of filters can keep a processor busy for hours, and only the end of
 * a process stops them. The drawing is read from bytes, which have no place, so nothing it refers to outside itself is found.
 */
const checkMemoryEveryMs = 50;

sharp.concurrency(1);
sharp.cache(false);
process.on('disconnect', () => process.exit());
process.on('message', (request: SvgRequest) => void answer(request).then((answered) => process.send?.(answered)));
process.send?.(started);

async function answer(request: SvgRequest): Promise<SvgAnswer> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > request.maxMemoryBytes) process.exit(outOfMemoryExitCode);
  }, checkMemoryEveryMs);
  try {
    return await draw(request);
  } catch (error) {
    return { failure: { message: error instanceof Error ? error.message : String(error) } };
  } finally {
    clearInterval(watch);
  }
}

/** Shapes are drawn at the size that is asked for, so the size that a drawing declares needs no limit. */
async function draw({ path, spec }: SvgRequest): Promise<SvgAnswer> {
  const picture = sharp(await readFile(path), { limitInputPixels: false });
  const { format, width, height } = await picture.metadata();
  if (format !== 'svg') return { failure: 'not SVG' };
  if (!spec) return { width, height, bytes: Buffer.alloc(0) };
  const size = fitInside({ width, height, vector: true }, spec.size);
  const resized = picture.resize(size?.width, size?.height, { fit: 'fill' });
  const { data, info } = await encode(resized, spec.format).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, bytes: data };
}
