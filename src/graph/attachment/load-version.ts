import { type Attachment, hasContent } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { MaybePromise } from '../../lib/maybe-promise.js';
import type { MediaFacts } from '../../rendering/renderer.js';
import type { GraphContext } from '../context.js';

/** Another version of an attachment, or the one at hand. NOT_FOUND: no such version. FORBIDDEN: not this viewer's to read. */
export function loadVersion(
  attachment: Attachment,
  version: number | null | undefined,
  { loaders }: GraphContext,
): MaybePromise<Attachment> {
  if (version == null || version === attachment.versionNumber) return readable(attachment);
  const { provider, id } = attachment;
  return loaders.attachmentByIdAndVersion.load({ provider, id, version }).then((found) => {
    if (!found) throw new ContentError('NOT_FOUND', `"${attachment.filename}" has no version ${version}`);
    return readable(found);
  });
}

/** null for what has no pages, and for a document that says nothing about them because it cannot be opened. */
export async function pageCountOf(attachment: Attachment, { loaders, renditions }: GraphContext): Promise<number | null> {
  if (!hasContent(attachment) || !renditions.canPage(attachment)) return null;
  try {
    return (await loaders.factsByAttachment.load(attachment)).pageCount;
  } catch (error) {
    if (isAboutTheFile(error)) return null;
    throw error;
  }
}

/** What is known without work; null otherwise. */
export function cheapFactsOf(attachment: Attachment, context: GraphContext): MediaFacts | null {
  return hasContent(attachment) ? context.renditions.cheapFacts(attachment, context) : null;
}

/** In px, as far as is known without work; null for what is drawn from shapes, which has no such size. */
export function pixelSizeOf(attachment: Attachment, context: GraphContext): MediaFacts | null {
  const facts = cheapFactsOf(attachment, context);
  return facts && !facts.vector ? facts : null;
}

/** Encrypted, broken: what asking again would not change. The provider's own failures name it. */
function isAboutTheFile(error: unknown): boolean {
  if (!(error instanceof ContentError) || error.details.retryable || error.details.provider !== undefined) return false;
  return error.code === 'UNSUPPORTED_MEDIA_TYPE' || error.code === 'PROVIDER_ERROR';
}

function readable(attachment: Attachment): Attachment {
  if (attachment.permissions.read) return attachment;
  throw new ContentError('FORBIDDEN', 'You may not see this attachment');
}
