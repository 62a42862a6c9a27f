import { readdirSync, readFileSync, statSync } from 'node:fs';
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
/** Of one that is read into memory. */
const maxFontBytes = 32 * 1024 ** 2;
const maxFiles = 20_000;

/** The files of the machine's fonts for scripts of East Asia; none where it has none. */
export function findFallbackFonts(folder: string): readonly string[] {
  const paths = listFiles(folder);
  return names.flatMap((name) => paths.filter((path) => name.test(fileNameOf(path))).slice(0, 1)).slice(0, maxFallbacks);
}

/** null for one that cannot be read. Of a collection the first. */
export function openFallbackFont(path: string): Face | null {
  try {
    if (statSync(path).size > maxFontBytes) return null;
    const bytes = readFileSync(path);
    const opened = create(bytes);
    const font = isCollection(opened) ? opened.fonts[0] : opened;
    if (!font) return null;
    return { name: path, bytes, font, postscriptName: isCollection(opened) ? font.postscriptName : undefined };
  } catch {
    return null;
  }
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

function isCollection(font: Font | FontCollection): font is FontCollection {
  return 'fonts' in font;
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
