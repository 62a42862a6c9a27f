import type { AttachmentVersion } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { Page, PageRequest } from '../provider.js';
import type { BoxApi } from './api.js';
import { toCurrentVersion, toVersion } from './map.js';
import type { BoxFile, BoxVersion } from './wire.js';

/** Box numbers versions from 1 and names them by ids; deleted ones leave gaps. null: there is no past version of this number. */
export async function findVersion(api: BoxApi, fileId: string, number: number, call: Call): Promise<BoxVersion | null> {
  for await (const version of pastVersions(api, fileId, call)) {
    if (version.version_number === number) return version;
    if (version.version_number < number) return null;
  }
  return null;
}

/** Newest first, the current one before those that Box lists. Cursors are numbers of versions. */
export async function listVersions(
  api: BoxApi,
  file: BoxFile,
  { first, after }: PageRequest,
  call: Call,
): Promise<Page<AttachmentVersion>> {
  const before = after === null ? Number.POSITIVE_INFINITY : parseCursor(after);
  const found: AttachmentVersion[] = [];
  for await (const version of allVersions(api, file, call)) {
    if (version.number < before) found.push(version);
    if (found.length > first) break;
  }
  const items = found.slice(0, first).map((item) => ({ item, cursor: `${item.number}` }));
  return { items, hasNextPage: found.length > first };
}

async function* allVersions(api: BoxApi, file: BoxFile, call: Call): AsyncGenerator<AttachmentVersion> {
  const { version_number: number } = file;
  if (number !== null && number !== undefined) yield toCurrentVersion({ ...file, version_number: number });
  for await (const version of pastVersions(api, file.id, call)) yield toVersion(version);
}

/** Newest first. Box lists no more than 10,000. */
async function* pastVersions(api: BoxApi, fileId: string, call: Call): AsyncGenerator<BoxVersion> {
  for (let offset = 0; offset < 10_000; ) {
    const { entries, limit, total_count: total } = await api.listVersions(fileId, offset, call);
    for (const version of entries) if (version.trashed_at === null) yield version;
    offset += limit;
    if (offset >= total) return;
  }
}

function parseCursor(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
