import { z } from 'zod';

/** Numbers and flags are strings on the wire, but its documentation calls them numbers too. */
const whole = z.union([z.string().regex(/^\d+$/), z.int().min(0)]).transform(Number);
/** "2014-02-21T21:15:57Z"; what cannot be read is not told. */
const time = z
  .string()
  .transform((written) => new Date(written))
  .pipe(z.date())
  .nullable()
  .catch(null)
  .default(null);
/** An answer of status 200 that tells another code is none. */
const success = { errorCode: z.union([z.literal('0'), z.literal(0)]).optional() };
export const idForm = /^[A-Z0-9]{1,64}$/;
const id = z.string().regex(idForm);
/** "self" is the home folder. */
const parentID = z.union([id, z.literal('self')]).optional();

export const fileSchema = z.object({
  ...success,
  id,
  name: z.string().min(1),
  parentID,
  size: whole.optional(),
  version: whole.optional(),
  mimeType: z.string().optional(),
  createdTime: time,
  modifiedTime: time,
});
export type WireFile = z.output<typeof fileSchema>;

export const folderSchema = z.object({
  ...success,
  id,
  name: z.string().min(1),
  parentID,
  createdTime: time,
  modifiedTime: time,
});
export type WireFolder = z.output<typeof folderSchema>;

const itemSchema = z.discriminatedUnion('type', [
  fileSchema.extend({ type: z.literal('file') }),
  folderSchema.extend({ type: z.literal('folder') }),
]);
export type WireItem = z.output<typeof itemSchema>;

/** An empty list has no items at all. */
export const itemsSchema = z.object({
  ...success,
  items: z.array(itemSchema).default([]),
  hasMore: z.union([z.string(), z.int(), z.boolean()]).transform((told) => told === true || ['1', 'true'].includes(`${told}`)),
});
export type WireItems = z.output<typeof itemsSchema>;

export const filesSchema = z.object({ ...success, items: z.array(fileSchema).default([]) });

export const pagesSchema = z.object({ ...success, pages: whole });

export const renditionsSchema = z.object({
  ...success,
  items: z
    .array(
      z.object({
        name: z.string().min(1),
        description: z.string().default(''),
        path: z.string().default(''),
        size: whole.optional(),
      }),
    )
    .default([]),
});
export type WireRendition = z.output<typeof renditionsSchema>['items'][number];

export const successSchema = z.object(success);
