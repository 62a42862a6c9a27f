import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type Font, type FontCollection } from 'fontkit';
import type { Face } from './face.js';

/** Fonts of Chinese, Japanese and Korean as distributions call them, the better first. */
const names = [
  /^NotoSansCJK.*Regular/i,
  /^SourceHanSans.*Regular/i,
  /^NotoSans(?:SC|TC|JP|KR|HK).*Regular/i,
  /^wqy-(?:microhei|zenhei)/i,
  /^DroidSansFallback/i,
  /^ipag\.(?:ttf|otf)/i,
  /^fonts-japanese-gothic/i,
  /^NanumGothic\.(?:ttf|otf)/i,
  /^unifont/i,
];

const maxFallbacks = 3;
const maxFontBytes = 64 * 1024 ** 2;
const maxFiles = 20_000;

/** The machine's fonts for scripts of East Asia; none where it has none. One that cannot be read is left out. */
export function findFallbackFonts(folder: string): readonly Face[] {
  const paths = listFiles(folder);
  const found = names.flatMap((name) => paths.filter((path) => name.test(fileNameOf(path))).slice(0, 1));
  return found
    .map(openFallback)
    .filter((face) => face !== null)
    .slice(0, maxFallbacks);
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .slice(0, maxFiles)
      .filter((path) => /\.(?:ttf|otf|ttc|otc)$/i.test(path))
      .sort()
      .map((path) => join(folder, path));
  } catch {
    return [];
  }
}

function openFallback(path: string): Face | null {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > maxFontBytes) return null;
    const opened = create(bytes);
    const font = isCollection(opened) ? opened.fonts[0] : opened;
    if (!font) return null;
    return { name: path, bytes, font, postscriptName: isCollection(opened) ? font.postscriptName : undefined };
  } catch {
    return null;
  }
}

function isCollection(font: Font | FontCollection): font is FontCollection {
  return 'fonts' in font;
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
