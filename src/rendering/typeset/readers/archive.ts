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
  const { entries, count } = await list(path);
  const files = entries.filter(({ isFolder }) => !isFolder);
  const isCut = count > entries.length;
  const total = toSize(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const isEncrypted = files.some((file) => file.isEncrypted);
  const title = `${isCut ? `${count.toLocaleString('en')} entries` : toCount(files.length)}, ${isCut ? `the first ${files.length} of ` : ''}${total} unpacked${isEncrypted ? ', encrypted' : ''}`;
  return {
    orientation: 'portrait',
    blocks: [
      { kind: 'heading', level: 3, spans: [{ text: title }] },
      {
        kind: 'table',
        maxLines: 1,
        columns: [
          { title: 'Name', align: 'left' },
          { title: 'Size', align: 'right' },
          { title: 'Changed', align: 'left' },
        ],
        rows: entries.map((entry) => [entry.name, entry.isFolder ? '' : toSize(entry.sizeBytes), toMinute(entry.modifiedAt)]),
      },
    ],
    isCut,
  };
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

function toCount(files: number): string {
  return files === 1 ? '1 file' : `${files.toLocaleString('en')} files`;
}

/** "2026-11-27 17:18"; empty where it is no date. */
function toMinute(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16).replace('T', ' ');
}
