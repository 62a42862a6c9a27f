import type { FileUpload } from 'graphql-upload-minimal';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Attachment, ContainerRef } from '../../attachment.js';
import { ContentError, toContentError } from '../../errors.js';
import { parseFilename } from '../../filename.js';
import type { Collision } from '../../providers/provider.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { AttachmentPayload } from '../attachment/attachment-changes.type.js';
import type { GraphContext } from '../context.js';
import { parseAttachmentId, parseContainerId } from '../global-id.js';
import { found } from '../not-found.js';
import { toUploadedNode } from '../rendition/rendition.resolver.js';
import { parseDigest } from './parse-digest.js';
import { assertNotRead, readUpload, type UploadedFile } from './read-upload.js';
import { type FileInput, UploadAttachmentsInput, UploadRenditionInput, UploadVersionInput } from './upload.input.js';
import { RenditionPayload, UploadAttachmentsPayload, type UploadResult } from './upload.type.js';

@Resolver()
export class UploadResolver {
  @Mutation(() => UploadAttachmentsPayload, {
    description:
      'Stores files as they arrive. One that fails does not undo the others: each has a result of its own, in the order given. The files as a ' +
      'whole fail with BAD_USER_INPUT for a wrong container id and for no files.',
  })
  async uploadAttachments(
    @Arg('input', () => UploadAttachmentsInput, { description: 'The files and where they go.' }) input: UploadAttachmentsInput,
    @Ctx() context: GraphContext,
  ): Promise<UploadAttachmentsPayload> {
    const container = parseContainerId(input.container);
    const { maxPageSize } = context.settings;
    if (input.files.length < 1 || input.files.length > maxPageSize) {
      throw new ContentError('BAD_USER_INPUT', `files must be from 1 to ${maxPageSize} files, got ${input.files.length}`);
    }
    const order: UploadOrder = { container, onCollision: input.onCollision ?? 'FAIL', seen: new Set() };
    return new UploadAttachmentsPayload(await Promise.all(input.files.map((file) => upload(file, order, context))), input);
  }

  @Mutation(() => AttachmentPayload, {
    description:
      'Gives an attachment a new content, as its next version. Nothing changes with NOT_FOUND, CONFLICT (see ifVersion), DIGEST_MISMATCH, ' +
      'PAYLOAD_TOO_LARGE, and NOT_SUPPORTED_BY_PROVIDER where no versions are kept.',
  })
  async uploadVersion(
    @Arg('input', () => UploadVersionInput, { description: 'Which attachment, and the bytes.' }) input: UploadVersionInput,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentPayload> {
    const ref = parseAttachmentId(input.attachment);
    const digest = parseDigest(input.digest);
    const ifVersion = parseVersion(input.ifVersion, 'ifVersion');
    const written = await readUpload(input.file, (file) =>
      context.changes.uploadVersion(ref, { ...file, digest }, ifVersion, context),
    );
    return new AttachmentPayload(found(written, 'attachment', input.attachment), input);
  }

  @Mutation(() => RenditionPayload, {
    description:
      'Puts another form of a file beside it, under a name. NOT_FOUND for an attachment or version that is not there; PAYLOAD_TOO_LARGE; ' +
      'NOT_SUPPORTED_BY_PROVIDER where none are kept, see Capabilities.uploadedRenditions.',
  })
  async uploadRendition(
    @Arg('input', () => UploadRenditionInput, { description: 'Which attachment, the name and the bytes.' })
    input: UploadRenditionInput,
    @Ctx() context: GraphContext,
  ): Promise<RenditionPayload> {
    const ref = parseAttachmentId(input.attachment);
    const rendition = { name: parseRenditionName(input.name), version: parseVersion(input.version, 'version') };
    const written = await readUpload(input.file, (file) =>
      context.changes.uploadRendition(ref, rendition, { ...file, digest: null }, context),
    );
    const uploaded = found(written, 'attachment or version', input.attachment);
    const attachment = await context.loaders.attachmentByIdAndVersion.load({ ...ref, version: uploaded.version });
    return new RenditionPayload(toUploadedNode(found(attachment, 'attachment', input.attachment), uploaded, context), input);
  }
}

/** What the files of one upload have in common. */
interface UploadOrder {
  readonly container: ContainerRef;
  readonly onCollision: Collision;
  readonly seen: Set<Promise<FileUpload>>;
}

/** Never rejects: what goes wrong with a file is that file's result. */
async function upload(input: FileInput, order: UploadOrder, context: GraphContext): Promise<UploadResult> {
  let filename = input.filename ?? 'unnamed';
  try {
    assertNotRead(input.file, order.seen);
    const stored = await readUpload(input.file, (file) => {
      filename = input.filename ?? file.filename;
      return store(input, file, order, context);
    });
    return { filename: stored.filename, attachment: new AttachmentNode(stored), error: null };
  } catch (failure) {
    const { code, message } = reported(failure, context);
    return { filename, attachment: null, error: { code, message } };
  }
}

async function store(
  input: FileInput,
  file: UploadedFile,
  { container, onCollision }: UploadOrder,
  context: GraphContext,
): Promise<Attachment> {
  const filename = input.filename == null ? file.filename : parseFilename(input.filename, 'filename');
  const incoming = { content: file.content, filename, digest: parseDigest(input.digest) };
  return context.changes.upload(container, incoming, onCollision, context);
}

/** What nobody expected is logged under the request's id and told as "Internal error". */
function reported(failure: unknown, { log, requestId, signal }: GraphContext): ContentError {
  const error = toContentError(failure);
  const fields = { err: error.details.cause ?? error, requestId };
  if (signal.aborted) log.debug(fields, 'an upload ended with its request');
  else if (error.code === 'INTERNAL_SERVER_ERROR') log.error(fields, 'an upload failed');
  return error;
}

/** null where absent. */
function parseVersion(version: number | null | undefined, argumentName: string): number | null {
  if (version == null || version >= 1) return version ?? null;
  throw new ContentError('BAD_USER_INPUT', `${argumentName} must be 1 or more, got ${version}`);
}

const pageName = /^page\d+$/;

/** What else a name may hold is the provider's to say. */
function parseRenditionName(name: string): string {
  if (!pageName.test(name)) return name;
  throw new ContentError('BAD_USER_INPUT', 'name must not be page1, page2 …: these are the pages');
}
