import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ContentError } from '../../../errors.js';
import type { Paper } from '../paper.js';
import { toSize } from './units.js';

/** What an archive says that it holds. Nothing of it is unpacked. */
interface Listing {
  readonly entries: readonly Listed[];
  /** Of all, those beyond the listed ones too. */
  readonly count: number;
}

interface Listed {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly isFolder: boolean;
  readonly isEncrypted: boolean;
}

const maxEntries = 10_000;

export async function archivePaper(path: string): Promise<Paper> {
  const listing = await list(path);
  return {
    orientation: 'portrait',
    blocks: [
      { kind: 'heading', level: 3, spans: [{ text: titleOf(listing) }] },
      {
        kind: 'table',
        maxLines: 1,
        columns: [
          { title: 'Name', align: 'left' },
          { title: 'Size', align: 'right' },
          { title: 'Changed', align: 'left' },
        ],
        rows: listing.entries.map(toRow),
      },
    ],
    isCut: listing.count > listing.entries.length,
  };
}

function titleOf({ entries, count }: Listing): string {
  if (count > entries.length) return `${grouped(count)} entries, of which the first ${grouped(entries.length)} are listed`;
  const files = entries.filter(({ isFolder }) => !isFolder);
  const size = toSize(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const isEncrypted = files.some((file) => file.isEncrypted);
  const named = files.length === 1 ? '1 file' : `${grouped(files.length)} files`;
  return `${named}, ${size} unpacked${isEncrypted ? ', encrypted' : ''}`;
}

function toRow({ name, sizeBytes, modifiedAt, isFolder }: Listed): readonly string[] {
  return [name, isFolder ? '' : toSize(sizeBytes), toMinute(modifiedAt)];
}

/** The names, a line each. */
export async function archiveWords(path: string): Promise<string> {
  return (await list(path)).entries.map(({ name }) => name).join('\n');
}

async function list(path: string): Promise<Listing> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, decodeStrings: false }).catch(toDamaged);
  try {
    return { entries: await readEntries(zip).catch(toDamaged), count: zip.entryCount };
  } finally {
    zip.close();
  }
}

async function readEntries(zip: ZipFile): Promise<readonly Listed[]> {
  const entries: Listed[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(toListed(entry));
    if (entries.length === maxEntries) break;
  }
  return entries;
}

/** Names are shown as they are: nobody makes files of them here. */
function toListed(entry: Entry): Listed {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize } = entry;
  const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  return {
    name,
    sizeBytes: uncompressedSize,
    modifiedAt: entry.getLastModDate({ timezone: 'UTC' }),
    isFolder: name.endsWith('/'),
    isEncrypted: entry.isEncrypted(),
  };
}

function toDamaged(cause: unknown): never {
  const message = 'The archive is damaged or was cut off: its list of files cannot be read';
  throw new ContentError('PROVIDER_ERROR', message, { cause });
}

/** "1,200". */
function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** "2026-11-27 17:18"; empty where it is no date. */
function toMinute(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16).replace('T', ' ');
}
