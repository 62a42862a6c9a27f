/** What the record of an attachment is made of. */
export interface RecordRow {
  readonly id: string;
  readonly folder: number;
  readonly filename: string;
  readonly state: number;
  readonly version: number;
  readonly content_type: number;
  readonly digest: string;
  readonly size_bytes: number;
  readonly created_at: number;
  readonly modified_at: number;
}

export interface AttachmentRow extends RecordRow {
  readonly key: number;
  readonly sort_name: string;
  readonly revision: number;
}

type RecordTuple = readonly [
  id: string,
  folder: number,
  filename: string,
  state: number,
  version: number,
  content_type: number,
  digest: string,
  size_bytes: number,
  created_at: number,
  modified_at: number,
];
/** Its name to sort by is told where a list is ordered by it. */
export type ListedTuple = readonly [revision: number, ...RecordTuple, sort_name?: string];
export type AttachmentTuple = readonly [revision: number, ...RecordTuple, sort_name: string, key: number];

const listedColumns =
  'a.revision, a.id, a.folder, a.filename, a.state, a.version, a.content_type, a.digest, a.size_bytes, a.created_at, a.modified_at';

/** The columns of `attachment a`, as they stand in its tuple. */
export const attachmentColumns = `${listedColumns}, a.sort_name, a.key`;

/** A listed tuple of `attachment a`, and what orders it. */
export function listedSql(orderedBy: 'revision' | 'sort_name' | 'size_bytes'): string {
  const columns = orderedBy === 'sort_name' ? `${listedColumns}, a.sort_name` : listedColumns;
  return `a.${orderedBy}, a.revision, json_array(${columns}) AS tuple`;
}

export function toRecordRow(tuple: ListedTuple | AttachmentTuple): RecordRow {
  const [, id, folder, filename, state, version, content_type, digest, size_bytes, created_at, modified_at] = tuple;
  return { id, folder, filename, state, version, content_type, digest, size_bytes, created_at, modified_at };
}

export function toAttachmentRow(tuple: AttachmentTuple): AttachmentRow {
  return { ...toRecordRow(tuple), revision: tuple[0], sort_name: tuple[11], key: tuple[12] };
}
