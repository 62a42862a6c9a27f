import type { Account, BoxFile, BoxFolder, BoxItem, BoxVersion, Lock, SharedLink } from './account.js';
import { currentVersion, extensionOf, rootId } from './account.js';

/** Fields by name, made when asked for. */
type Fields = Readonly<Record<string, () => unknown>>;

export interface FieldOptions {
  /** null: those that this kind of answer has by itself. */
  readonly fields: readonly string[] | null;
  /** An item that was reached by a shared link does not tell where it lies. */
  readonly byLink?: boolean;
  readonly representations?: () => unknown;
}

const base = ['type', 'id', 'etag'];
const fileMini = [...base, 'sequence_id', 'name', 'sha1', 'file_version'];
const folderMini = [...base, 'sequence_id', 'name'];
const standard = [
  'description',
  'size',
  'path_collection',
  'created_at',
  'modified_at',
  'trashed_at',
  'purged_at',
  'content_created_at',
  'content_modified_at',
  'created_by',
  'modified_by',
  'owned_by',
  'shared_link',
  'parent',
  'item_status',
];

export type Variant = 'mini' | 'standard';

/** https://developer.box.com/reference/resources/file--full/ and …/folder--full/ */
export function toItem(account: Account, item: BoxItem, variant: Variant, options: FieldOptions): Record<string, unknown> {
  const mini = item.type === 'file' ? fileMini : folderMini;
  const own = variant === 'mini' ? mini : [...mini, ...standard, ...(item.type === 'folder' ? ['folder_upload_email'] : [])];
  const all = item.type === 'file' ? fileFields(account, item, options) : folderFields(account, item, options);
  return pick(all, options.fields === null ? own : [...base, ...options.fields]);
}

/** https://developer.box.com/reference/resources/file-version--full/ */
export function toVersion(version: BoxVersion, fields: readonly string[] | null): Record<string, unknown> {
  const own = ['id', 'type', 'sha1', 'name', 'size', 'created_at', 'modified_at', 'modified_by', 'trashed_at', 'purged_at'];
  return pick(versionFields(version), fields === null ? own : ['type', 'id', ...fields]);
}

export function parseFields(query: unknown): readonly string[] | null {
  const fields = (query as { readonly fields?: unknown }).fields;
  return typeof fields === 'string' && fields !== '' ? fields.split(',') : null;
}

/** As Box writes times: whole seconds, with the offset of the enterprise. */
export function toTime(date: Date | null): string | null {
  if (!date) return null;
  return `${new Date(date.getTime() - 8 * 3_600_000).toISOString().slice(0, 19)}-08:00`;
}

export const user = { type: 'user', id: '3105', name: 'Iris Ota', login: 'iris@example.com' };

function pick(all: Fields, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries([...new Set(names)].flatMap((name) => (all[name] ? [[name, all[name]()]] : [])));
}

function commonFields(account: Account, item: BoxItem, { byLink = false }: FieldOptions): Fields {
  const isRoot = item.id === rootId && item.type === 'folder';
  const trashedAt = item.trashedAt;
  const etag = isRoot ? null : `${item.etag}`;
  const parent = byLink ? undefined : account.parents(item).at(-1);
  return {
    type: () => item.type,
    id: () => item.id,
    etag: () => etag,
    sequence_id: () => etag,
    name: () => item.name,
    description: () => item.description,
    path_collection: () => toPath(byLink ? [] : account.parents(item), trashedAt !== null),
    created_at: () => (isRoot ? null : toTime(item.createdAt)),
    modified_at: () => (isRoot ? null : toTime(item.modifiedAt)),
    content_created_at: () => (isRoot ? null : toTime(item.contentCreatedAt)),
    content_modified_at: () => (isRoot ? null : toTime(item.contentModifiedAt)),
    trashed_at: () => toTime(trashedAt),
    purged_at: () => toTime(trashedAt && new Date(trashedAt.getTime() + 30 * 86_400_000)),
    created_by: () => (isRoot ? { type: 'user', id: '', name: '', login: '' } : user),
    modified_by: () => user,
    owned_by: () => user,
    shared_link: () => item.sharedLink && toSharedLink(item, item.sharedLink),
    parent: () => (parent ? toMiniFolder(parent) : null),
    item_status: () => (account.isTrashed(item) ? 'trashed' : 'active'),
    tags: () => item.tags,
    has_collaborations: () => false,
    is_externally_owned: () => false,
    permissions: () => permissions,
  };
}

function fileFields(account: Account, file: BoxFile, options: FieldOptions): Fields {
  const version = currentVersion(file);
  return {
    ...commonFields(account, file, options),
    sha1: () => version.sha1,
    size: () => version.bytes.length,
    file_version: () => ({ type: 'file_version', id: version.id, sha1: version.sha1 }),
    version_number: () => `${version.number}`,
    extension: () => extensionOf(file.name),
    comment_count: () => 0,
    lock: () => file.lock && toLock(file.lock),
    is_package: () => false,
    uploader_display_name: () => user.name,
    is_accessible_via_shared_link: () => file.sharedLink !== null,
    is_associated_with_app_item: () => false,
    watermark_info: () => ({ is_watermarked: false, is_watermark_inherited: false, is_watermarked_by_access_policy: false }),
    allowed_invitee_roles: () => [
      'editor',
      'viewer',
      'previewer',
      'uploader',
      'previewer uploader',
      'viewer uploader',
      'co-owner',
    ],
    shared_link_permission_options: () => ['can_preview', 'can_download', 'can_edit'],
    expires_at: () => null,
    disposition_at: () => null,
    ...(options.representations ? { representations: options.representations } : {}),
  };
}

function folderFields(account: Account, folder: BoxFolder, options: FieldOptions): Fields {
  return {
    ...commonFields(account, folder, options),
    size: () => account.children(folder.id).reduce((sum, child) => sum + sizeOf(child), 0),
    folder_upload_email: () => null,
  };
}

function versionFields(version: BoxVersion): Fields {
  return {
    id: () => version.id,
    type: () => 'file_version',
    sha1: () => version.sha1,
    name: () => version.name,
    size: () => version.bytes.length,
    created_at: () => toTime(version.createdAt),
    modified_at: () => toTime(version.createdAt),
    modified_by: () => user,
    trashed_at: () => toTime(version.trashedAt),
    trashed_by: () => (version.trashedAt ? user : null),
    restored_at: () => toTime(version.restoredAt),
    restored_by: () => (version.restoredAt ? user : null),
    purged_at: () => null,
    version_number: () => `${version.number}`,
    uploader_display_name: () => user.name,
  };
}

function toLock({ id, createdAt, expiresAt, isDownloadPrevented }: Lock): unknown {
  return {
    type: 'lock',
    id,
    created_by: user,
    created_at: toTime(createdAt),
    expired_at: toTime(expiresAt),
    is_download_prevented: isDownloadPrevented,
    app_type: null,
  };
}

function sizeOf(item: BoxItem): number {
  return item.type === 'file' ? currentVersion(item).bytes.length : 0;
}

function toPath(parents: readonly BoxFolder[], trashed: boolean): unknown {
  const trash = [{ type: 'folder', id: '1', sequence_id: null, etag: null, name: 'Trash' }];
  const entries = trashed ? trash : parents.map(toMiniFolder);
  return { total_count: entries.length, entries };
}

function toMiniFolder({ id, etag, name }: BoxFolder): unknown {
  const tag = id === rootId ? null : `${etag}`;
  return { type: 'folder', id, sequence_id: tag, etag: tag, name };
}

/** https://developer.box.com/reference/resources/shared-link/ */
function toSharedLink(item: BoxItem, link: SharedLink): unknown {
  const key = link.url.slice(link.url.lastIndexOf('/') + 1);
  const extension = extensionOf(item.name);
  return {
    url: link.url,
    download_url: item.type === 'file' ? `https://app.box.com/shared/static/${key}${extension && `.${extension}`}` : null,
    vanity_url: link.vanityName && `https://app.box.com/v/${link.vanityName}`,
    vanity_name: link.vanityName,
    effective_access: link.access,
    effective_permission: effectivePermission(link),
    is_password_enabled: link.password !== null,
    unshared_at: toTime(link.unsharedAt),
    download_count: 0,
    preview_count: 0,
    access: link.access,
    permissions: { can_preview: true, can_download: link.canDownload, can_edit: link.canEdit },
  };
}

function effectivePermission({ canDownload, canEdit }: SharedLink): string {
  if (canEdit) return 'can_edit';
  return canDownload ? 'can_download' : 'can_preview';
}

const permissions = Object.fromEntries(
  [
    'can_delete',
    'can_download',
    'can_invite_collaborator',
    'can_rename',
    'can_set_share_access',
    'can_share',
    'can_annotate',
    'can_comment',
    'can_preview',
    'can_upload',
    'can_view_annotations_all',
    'can_view_annotations_self',
  ].map((name) => [name, true]),
);
