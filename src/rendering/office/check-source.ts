import { type FileHandle, open } from 'node:fs/promises';
import yauzl from 'yauzl';
import { ContentError } from '../../errors.js';
import type { SourceFile } from '../renderer.js';
import { damaged, empty, encrypted, notWhatItSays, tooLarge, tooManyParts, unpacksTooLarge } from './refusals.js';

const zipMark = 'PK\u0003\u0004';
const compoundFileMark = '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1';
const richTextMark = '{\\rt';
const markBytes = 8;
/** Of a zip, unpacked: text in it may be packed a thousand times smaller than it is. */
const maxUnpackedBytes = 1024 ** 3;
const maxParts = 10_000;
/** One of them is in every document that is a zip: Microsoft's kinds, OpenDocument. */
const tableOfContents = ['[Content_Types].xml', 'META-INF/manifest.xml'];

/** Refuses what LibreOffice need not be asked about, by the least of it that tells. */
export async function checkSource(source: SourceFile, maxFileBytes: number, signal: AbortSignal): Promise<void> {
  const { path, contentType, sizeBytes } = source;
  if (sizeBytes === 0) throw empty();
  if (sizeBytes > maxFileBytes) throw tooLarge(contentType, maxFileBytes);
  const mark = await readMark(path);
  if (mark.startsWith(zipMark)) return checkZip(source, signal);
  if (mark === compoundFileMark) return checkCompoundFile(source, signal);
  if (!mark.startsWith(richTextMark)) throw notWhatItSays(contentType);
}

async function readMark(path: string): Promise<string> {
  return using(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(markBytes), 0, markBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  });
}

async function checkZip({ path, contentType }: SourceFile, signal: AbortSignal): Promise<void> {
  const { names, parts, unpackedBytes } = await readDirectory(path, signal).catch((error: unknown) => {
    throw error instanceof ContentError ? error : damaged(contentType, error);
  });
  signal.throwIfAborted();
  if (parts > maxParts) throw tooManyParts(contentType, maxParts);
  if (!tableOfContents.some((name) => names.has(name))) throw notWhatItSays(contentType);
  if (unpackedBytes > maxUnpackedBytes) throw unpacksTooLarge(contentType, maxUnpackedBytes);
}

interface ZipDirectory {
  readonly names: ReadonlySet<string>;
  readonly parts: number;
  readonly unpackedBytes: number;
}

/** As it says; what is really unpacked has the limits of LibreOffice's process. Not read further than to one part too many. */
async function readDirectory(path: string, signal: AbortSignal): Promise<ZipDirectory> {
  const names = new Set<string>();
  let parts = 0;
  let unpackedBytes = 0;
  const zip = await yauzl.openPromise(path, { lazyEntries: true });
  try {
    for await (const { fileName, uncompressedSize } of zip.eachEntry()) {
      names.add(fileName);
      parts += 1;
      unpackedBytes += uncompressedSize;
      if (parts > maxParts || signal.aborted) break;
    }
  } finally {
    zip.close();
  }
  return { names, parts, unpackedBytes };
}

/** The stream of an encrypted document of today's Microsoft Office. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');
/** How the stream of an old Excel workbook begins; a record next to its first one says whether it is encrypted. */
const workbookStart = Buffer.from('0908100000060500', 'hex');
const workbookStartBytes = 20;
const writeProtectRecord = Buffer.from('86000000', 'hex');
const filePassRecord = Buffer.from('2f00', 'hex');
/** Streams begin at a multiple of this. */
const sectorBytes = 64;
const blockBytes = 1024 ** 2;

/** LibreOffice takes some encrypted ones for damaged. */
async function checkCompoundFile({ path, contentType }: SourceFile, signal: AbortSignal): Promise<void> {
  await using(path, async (file) => {
    const block = Buffer.alloc(blockBytes);
    for (let position = 0; ; position += blockBytes) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, blockBytes, position);
      const read = block.subarray(0, bytesRead);
      if (read.includes(encryptedPackage) || holdsEncryptedWorkbook(read)) throw encrypted(contentType);
      if (bytesRead < blockBytes) return;
    }
  });
}

function holdsEncryptedWorkbook(block: Buffer): boolean {
  for (let start = block.indexOf(workbookStart); start >= 0; start = block.indexOf(workbookStart, start + 1)) {
    let next = start + workbookStartBytes;
    if (holdsAt(block, next, writeProtectRecord)) next += writeProtectRecord.length;
    if (start % sectorBytes === 0 && holdsAt(block, next, filePassRecord)) return true;
  }
  return false;
}

function holdsAt(block: Buffer, position: number, bytes: Buffer): boolean {
  return block.subarray(position, position + bytes.length).equals(bytes);
}

async function using<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
