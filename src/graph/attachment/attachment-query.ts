import { ContentError } from '../../errors.js';
import type { AttachmentOrder, AttachmentQuery } from '../../providers/provider.js';
import type { AttachmentFilter } from './attachment.args.js';

const maxTextLength = 255;
const maxContentTypes = 50;
const mediaType = /^[a-z0-9][\w.+-]*\/(?:\*|[a-z0-9][\w.+-]*)$/;

/** What the providers are asked, from what the client filters by. `providers` and `container` say whom to ask: the caller's part. */
export function parseAttachmentQuery(filter: AttachmentFilter | null | undefined, orderBy: AttachmentOrder): AttachmentQuery {
  const { text, contentTypes, states, modifiedAfter, modifiedBefore } = filter ?? {};
  return {
    orderBy,
    ...(text ? { text: parseText(text) } : {}),
    ...(contentTypes ? { contentTypes: parseContentTypes(contentTypes) } : {}),
    ...(states ? { states: [...new Set(states)] } : {}),
    ...(modifiedAfter ? { modifiedAfter } : {}),
    ...(modifiedBefore ? { modifiedBefore } : {}),
  };
}

function parseText(text: string): string {
  if (text.length <= maxTextLength) return text;
  throw new ContentError('BAD_USER_INPUT', `filter.text must be at most ${maxTextLength} characters long, got ${text.length}`);
}

function parseContentTypes(contentTypes: readonly string[]): readonly string[] {
  if (contentTypes.length > maxContentTypes) {
    throw new ContentError(
      'BAD_USER_INPUT',
      `filter.contentTypes must be at most ${maxContentTypes}, got ${contentTypes.length}`,
    );
  }
  return contentTypes.map((given) => {
    const contentType = given.toLowerCase();
    if (mediaType.test(contentType)) return contentType;
    throw new ContentError(
      'BAD_USER_INPUT',
      'filter.contentTypes must be media types like "image/png", or "image/*" for a family',
    );
  });
}
