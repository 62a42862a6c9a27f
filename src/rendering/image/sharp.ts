import { createRequire } from 'node:module';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';

type OpenPicture = typeof import('sharp').default;

const require = createRequire(import.meta.url);
let loaded: OpenPicture | undefined;

/** As sharp itself. It is loaded with the first picture, for libvips comes with it: 10 MiB that a server has no use for until then. */
export function sharp(input: SharpInput, options?: SharpOptions): Sharp {
  loaded ??= load();
  return loaded(input, options);
}

function load(): OpenPicture {
  const open: OpenPicture = require('sharp');
  // One thread a picture, and as many pictures at once as the queue is wide: that is quicker than sharing one picture out.
  open.concurrency(1);
  // Sources are seldom drawn twice in a row, and what libvips would keep of them is memory that nobody bounds.
  open.cache(false);
  return open;
}
