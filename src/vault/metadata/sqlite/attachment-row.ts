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
  modified_after: number,
];
/** Its name to sort by is told where a list is ordered by it. */
export type ListedTuple = readonly [revision: number, ...RecordTuple, sort_name?: string];
export type AttachmentTuple = readonly [revision: number, ...RecordTuple, sort_name: string, key: number];

const columns =
  'a.revision, a.id, a.folder, a.filename, a.state, a.version, a.content_type, a.digest, a.size_bytes, a.created_at';

/** Of `attachment a`. */
export const attachmentColumns = `${columns}, a.modified_at, a.sort_name, a.key`;

/** Most attachments were never modified, and a zero is read sooner than a time. */
const tupleColumns = `${columns}, a.modified_at - a.created_at`;

/** The tuple of `attachment a`. */
export const attachmentTupleSql = `json_array(${tupleColumns}, a.sort_name, a.key) AS tuple`;

/** The listed tuple of `attachment a`. */
export function listedTupleSql(orderedBy: 'revision' | 'sort_name' | 'size_bytes'): string {
  return `json_array(${tupleColumns}${orderedBy === 'sort_name' ? ', a.sort_name' : ''}) AS tuple`;
}

export function toRecordRow(tuple: ListedTuple | AttachmentTuple): RecordRow {
  const [, id, folder, filename, state, version, content_type, digest, size_bytes, created_at, modified_after] = tuple;
  const modified_at = created_at + modified_after;
  return { id, folder, filename, state, version, content_type, digest, size_bytes, created_at, modified_at };
}

export function toAttachmentRow(tuple: AttachmentTuple): AttachmentRow {
  return { ...toRecordRow(tuple), revision: tuple[0], sort_name: tuple[11], key: tuple[12] };
}
