import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Log } from '../call.js';
import { LocalRendering } from './local-rendering.js';
import { RenderQueue } from './queue.js';
import type { Renderer } from './renderer.js';
import type { Rendering } from './rendering.js';
import type { RenderingSettings } from './settings.js';
import { Spool } from './spool.js';
import { SqliteRenditionStore } from './sqlite-rendition-store.js';

/** The libraries that draw, and with them all others; each in the one version that is named there. */
const { dependencies }: { readonly dependencies: object } = createRequire(import.meta.url)('../../package.json');

export interface RenderingOptions {
  /** Holds renditions.db and spool/, both of which may be lost; so do converted/ and office/, which the renderers keep there. */
  readonly directory: string;
  readonly renderers: readonly Renderer[];
  readonly settings: RenderingSettings;
  readonly log: Log;
}

export async function openRendering({ directory, renderers, settings, log }: RenderingOptions): Promise<Rendering> {
  await mkdir(directory, { recursive: true });
  const { imageWidth, svgWidth, documentWidth, officeWidth, mediaWidth, ...queue } = settings.queues;
  return new LocalRendering({
    renderers,
    spool: await Spool.open(join(directory, 'spool'), settings.spool),
    store: new SqliteRenditionStore({ directory, settings: settings.store, judgement: judgementOf(settings, renderers), log }),
    queues: {
      image: new RenderQueue({ ...queue, width: imageWidth }),
      svg: new RenderQueue({ ...queue, width: svgWidth }),
      document: new RenderQueue({ ...queue, width: documentWidth }),
      office: new RenderQueue({ ...queue, width: officeWidth }),
      media: new RenderQueue({ ...queue, width: mediaWidth }),
    },
    hugePixels: settings.image.hugePixels,
    resizeLimits: { maxPixels: settings.image.hugePixels, timeoutMs: settings.image.timeoutMs },
    retryRefusalsAfterMs: settings.store.retryRefusalsAfterMs,
    log,
  });
}

/** A file that was refused may be drawn after a limit was raised or a decoder has learnt something. */
function judgementOf(settings: RenderingSettings, renderers: readonly Renderer[]): string {
  const { image, pdf, converted, office, typeset, media, spool } = settings;
  const programs = renderers.map(({ name, judgement }) => [name, judgement]);
  return createHash('sha256')
    .update(JSON.stringify([image, pdf, converted, office, typeset, media, spool.maxFileBytes, dependencies, programs]))
    .digest('hex');
}
