import { posix } from 'node:path';
import type { ImageFormat, Variant } from '../rendition.js';

const extensions: Record<ImageFormat, string> = { JPEG: 'jpg', PNG: 'png', WEBP: 'webp', AVIF: 'avif' };

/**
 * What a form of a file is called where people save it: "photo.png" becomes "photo-320.jpg", "report.pdf" "report-page3.png".
 * Always something that a URL and a header can hold: no half of a surrogate pair, never empty, "." or "..".
 */
export function contentFilename(filename: string, variant: Variant): string {
  const wellFormed = filename.toWellFormed();
  const safe = /^\.{0,2}$/.test(wellFormed) ? 'file' : wellFormed;
  return variant.kind === 'source' ? safe : derivedFilename(posix.basename(safe, posix.extname(safe)), variant);
}

function derivedFilename(stem: string, variant: Exclude<Variant, { kind: 'source' }>): string {
  switch (variant.kind) {
    case 'thumbnail':
      return `${stem}-${variant.size}.${extensions[variant.format]}`;
    case 'page':
      return `${stem}-page${variant.page}.${extensions[variant.format]}`;
    case 'uploaded':
      return `${stem}-${variant.name}`;
  }
}
