import { createImageRenderer } from './image/image-renderer.js';
import { createSvgRenderer } from './image/svg-renderer.js';
import { createPdfRenderer } from './pdf/pdf-renderer.js';
import type { Renderer } from './renderer.js';
import type { RenderingSettings } from './settings.js';
import { createTextRenderer } from './text/text-renderer.js';

/** Everything that can draw, each naming the content types it draws. A renderer for a further type is added here. */
export function createRenderers(settings: RenderingSettings): Renderer[] {
  return [
    createImageRenderer(settings.image),
    createSvgRenderer(settings.image),
    createPdfRenderer(settings.pdf),
    createTextRenderer(),
  ];
}
