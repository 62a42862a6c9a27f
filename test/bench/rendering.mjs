import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Demand } from '../../dist/rendering/demand.js';
import { openRendering } from '../../dist/rendering/open-rendering.js';
import { openRenderers } from '../../dist/rendering/renderers.js';
import { renderingSettings } from '../../dist/rendering/settings.js';

const log = { debug() {}, info() {}, warn: console.warn, error: console.error };

export const asked = { signal: new AbortController().signal, demand: new Demand('asked', ['bench']) };

/** `image` as in the configuration file. */
export async function openBenchRendering(directory, image = {}) {
  const settings = renderingSettings.parse({ image });
  return openRendering({ directory, renderers: await openRenderers(settings, directory), settings, log });
}

/** A file as a source whose key is its name. */
export function toSource(path, contentType = 'image/jpeg') {
  const { size } = statSync(path);
  const opened = { contentType, sizeBytes: size, range: null, body: { path } };
  return { contentKey: basename(path), provider: 'files', contentType, sizeBytes: size, open: async () => opened };
}
