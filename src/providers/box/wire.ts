import { z } from 'zod';

/** With any offset; Box's differ between items. */
const time = z.iso
  .datetime({ offset: true })
  .transform((written) => new Date(written))
  .nullish()
  .transform((date) => date ?? null);
const itemId = z.string().regex(/^\d{1,20}$/);
const versionNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const digest = z.string().regex(/^[0-9a-fA-F]{40}$/);

/** Asked for wherever a file is told; with these one answer is enough for an Attachment. */
export const fileFields = [
  'name',
  'size',
  'sha1',
  'created_at',
  'modified_at',
  'item_status',
  'parent',
  'file_version',
  'version_number',
  'permissions',
].join(',');

/** https://developer.box.com/reference/resources/file--full/ */
export const fileSchema = z.object({
  type: z.literal('file'),
  id: itemId,
  etag: z.string().nullish(),
  name: z.string(),
  size: z.number().nonnegative().nullish(),
  sha1: digest.nullish(),
  created_at: time,
  modified_at: time,
  item_status: z.string().nullish(),
  /** null where the file was reached by a shared link. */
  parent: z.object({ id: itemId }).nullish(),
  file_version: z.object({ id: itemId }),
  version_number: versionNumber.nullish(),
  permissions: z
    .object({
      can_download: z.boolean(),
      can_upload: z.boolean(),
      can_delete: z.boolean(),
      can_share: z.boolean(),
    })
    .partial()
    .nullish(),
});
export type BoxFile = z.output<typeof fileSchema>;

export const folderFields = 'name,created_at,parent';

/** https://developer.box.com/reference/resources/folder--full/ */
export const folderSchema = z.object({
  type: z.literal('folder'),
  id: itemId,
  name: z.string(),
  created_at: time,
  parent: z.object({ id: itemId }).nullish(),
});
export type BoxFolder = z.output<typeof folderSchema>;

const webLinkSchema = z.object({ type: z.literal('web_link') });

/** The next page begins after `limit`, however few entries came. */
const paging = { total_count: z.int().min(0), limit: z.int().positive() };

/** Only a folder's limit, offset and count are relied on: its `order` was seen in two forms. */
export const itemsSchema = z.object({
  ...paging,
  entries: z.array(z.discriminatedUnion('type', [fileSchema, folderSchema, webLinkSchema])),
});
export type ItemsPage = z.output<typeof itemsSchema>;

/** Where only folders are looked for, files are told without what they are. */
export const foldersSchema = itemsSchema.extend({
  entries: z.array(z.union([folderSchema, z.object({ type: z.enum(['file', 'web_link']) })])),
});

export const versionFields = 'name,sha1,size,created_at,trashed_at,version_number';

/** https://developer.box.com/reference/resources/file-version--full/ */
export const versionSchema = z.object({
  id: itemId,
  name: z.string(),
  sha1: digest.nullish(),
  size: z.number().nonnegative().nullish(),
  created_at: time,
  trashed_at: time,
  version_number: versionNumber,
});
export type BoxVersion = z.output<typeof versionSchema>;

export const versionsSchema = z.object({ ...paging, entries: z.array(versionSchema) });

/** https://developer.box.com/guides/representations/ `status` and `content` come only where hints asked for it. */
export const representationSchema = z.object({
  representation: z.string(),
  /** Texts, or booleans in older answers. */
  properties: z.object({ dimensions: z.string(), paged: z.coerce.string() }).partial().nullish(),
  info: z.object({ url: z.url() }),
  status: z.object({ state: z.string(), code: z.string().nullish() }),
  content: z.object({ url_template: z.url() }),
  metadata: z.object({ pages: z.number().nullish() }).nullish(),
});
export type Representation = z.output<typeof representationSchema>;

export const representedFileSchema = z.object({
  file_version: z.object({ id: itemId }),
  representations: z.object({ entries: z.array(representationSchema.nullable().catch(null)).transform(readable) }),
});

/** Among the representations Box may list the file itself, in another form. */
function readable(entries: readonly (Representation | null)[]): readonly Representation[] {
  return entries.filter((entry) => entry !== null);
}

export const uploadedSchema = z.object({ entries: z.tuple([fileSchema], z.unknown()) }).transform(({ entries }) => entries[0]);

/** Box's are 8 MiB or more. */
const leastPartBytes = 1024 * 1024;

/** https://developer.box.com/reference/post-files-upload-sessions/ */
export const sessionSchema = z.object({
  id: z.string().regex(/^\w{1,100}$/),
  part_size: z.int().min(leastPartBytes),
});
export type UploadSession = z.output<typeof sessionSchema>;

export const partSchema = z.object({
  part: z.object({ part_id: z.string(), offset: z.number(), size: z.number(), sha1: z.string().nullish() }),
});
export type UploadedPart = z.output<typeof partSchema>['part'];

/** The conflicting item is told as one, or as a list. */
const conflict = z.object({ type: z.string(), id: itemId });
export const conflictSchema = z
  .object({
    code: z.literal('item_name_in_use'),
    context_info: z.object({ conflicts: z.union([conflict, z.tuple([conflict], z.unknown())]) }),
  })
  .transform(({ context_info: { conflicts } }) => ('id' in conflicts ? conflicts : conflicts[0]));
export type NameConflict = z.output<typeof conflict>;

/** https://developer.box.com/reference/resources/access-token/ */
export const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
