import { ContentError } from '../errors.js';
import type { Renderer } from './renderer.js';

/** What stands for a renderer whose program is not on this machine, for the reason that `missing` gives. It is looked for once, at the start. */
export function missingRenderer(
  renderer: Pick<Renderer, 'name' | 'queue' | 'contentTypes'> & { readonly missing: string },
): Renderer {
  return {
    ...renderer,
    judgement: 'none',
    facts: async () => {
      throw new ContentError('UNSUPPORTED_MEDIA_TYPE', renderer.missing);
    },
    close: async () => {},
  };
}
