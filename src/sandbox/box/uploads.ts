import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Account } from './account.js';
import { apiPath, uploadPath } from './paths.js';
import { badRequest, Refusal } from './refusals.js';
import { assertMatches, type Box, type ById, headerOf, toItem } from './routes.js';

/** Ids are texts; numbers are taken too. */
const time = z.iso.datetime({ offset: true }).transform((written) => new Date(written));
const attributesSchema = z.object({
  name: z.string().optional(),
  parent: z.object({ id: z.coerce.string() }).optional(),
  content_created_at: time.optional(),
  content_modified_at: time.optional(),
});
const preflightSchema = z.object({
  name: z.string().optional(),
  size: z.number().optional(),
  parent: z.object({ id: z.coerce.string() }).optional(),
});

/** https://developer.box.com/reference/post-files-content/, the check before it, and the same for new versions. */
export function addUploadRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;

  app.options(`${apiPath}/files/content`, async (request) => {
    const { name, size, parent } = preflightSchema.parse(request.body);
    assertUploadable(account, { name, size, parentId: parent?.id });
    return { upload_url: `${box.sandbox.url}${uploadPath}/files/content`, upload_token: null };
  });

  app.options<ById>(`${apiPath}/files/:id/content`, async (request) => {
    const file = account.liveFile(request.params.id);
    const { name = file.name, size = 0 } = preflightSchema.parse(request.body ?? {});
    assertSize(size);
    account.assertFree(name, file.parentId ?? '', { except: file });
    account.assertRoom(size);
    return { upload_url: `${box.sandbox.url}${uploadPath}/files/${file.id}/content`, upload_token: null, download_url: null };
  });

  app.post(`${uploadPath}/files/content`, async (request, reply) => {
    const { attributes, bytes } = await readUpload(request);
    const { name, parent, content_created_at: contentCreatedAt, content_modified_at: contentModifiedAt } = attributes;
    if (name === undefined) throw badRequest('name', "'name' is required", 'missing_parameter');
    if (!parent) throw badRequest('parent', "'parent' is required", 'missing_parameter');
    const file = account.addFile({ name, parentId: parent.id, bytes, contentCreatedAt, contentModifiedAt });
    return reply.code(201).send({ total_count: 1, entries: [toItem(box, file, request)] });
  });

  app.post<ById>(`${uploadPath}/files/:id/content`, async (request, reply) => {
    const { attributes, bytes } = await readUpload(request);
    const file = account.liveFile(request.params.id);
    assertMatches(request, file);
    account.addVersion(file, bytes, attributes.name, attributes.content_modified_at);
    return reply.code(201).send({ total_count: 1, entries: [toItem(box, file, request)] });
  });
}

/** What is checked before an upload: rights, name, size. */
export function assertUploadable(
  account: Account,
  {
    name,
    size = 0,
    parentId,
  }: { readonly name: string | undefined; readonly size?: number | undefined; readonly parentId: string | undefined },
): void {
  if (name === undefined) throw badRequest('name', "'name' is required", 'missing_parameter');
  if (parentId === undefined) throw badRequest('parent', "'parent' is required", 'missing_parameter');
  assertSize(size);
  account.folder(parentId);
  account.assertFree(name, parentId);
  account.assertRoom(size);
}

function assertSize(size: number): void {
  if (size < 0) throw badRequest('size', `Invalid value '${size}'.`);
}

/** The form's parts come in this order: what the file is to be called, then its bytes. */
async function readUpload(request: FastifyRequest) {
  let attributes: z.output<typeof attributesSchema> | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (part.fieldname === 'attributes') attributes = parseAttributes(part.value);
      continue;
    }
    const bytes = await part.toBuffer();
    if (!attributes) {
      throw new Refusal(400, 'metadata_after_file_contents', 'Attributes must come before the file contents');
    }
    assertDigest(request, bytes);
    return { attributes, bytes };
  }
  throw badRequest('file', "'file' is required", 'missing_parameter');
}

function parseAttributes(value: unknown): z.output<typeof attributesSchema> {
  try {
    return attributesSchema.parse(typeof value === 'string' ? JSON.parse(value) : value);
  } catch {
    throw badRequest('attributes', 'attributes must be a JSON object');
  }
}

/** Despite its name the header holds the SHA-1 in hex. */
function assertDigest(request: FastifyRequest, bytes: Buffer): void {
  const told = headerOf(request, 'content-md5');
  if (told === null || told.toLowerCase() === createHash('sha1').update(bytes).digest('hex')) return;
  throw new Refusal(400, 'bad_digest', 'The specified content-md5 did not match what we received');
}
