import type { AttachmentRef, ContainerRef, ContainerType, NativeId, ProviderName } from '../attachment.js';
import { ContentError } from '../errors.js';

const containerTypes = ['Folder', 'Room', 'Message'] as const satisfies readonly ContainerType[];
/** The types of things that have a global id. */
export const nodeTypes = ['Attachment', ...containerTypes, 'Provider'] as const;
export type NodeType = (typeof nodeTypes)[number];

export interface GlobalId<Type extends NodeType = NodeType> {
  readonly provider: ProviderName;
  readonly type: Type;
  readonly id: NativeId;
}

export const globalIdForm = 'gid://<provider name>/<Type>/<native id, percent-encoded>';

export function toGlobalId(provider: ProviderName, type: NodeType, id: NativeId): string {
  return `gid://${encodeURIComponent(provider)}/${type}/${encodeURIComponent(id)}`;
}

const written = /^gid:\/\/([^/]+)\/([A-Za-z]+)\/([^/]+)$/;

/** BAD_USER_INPUT when it is not of the form, or not of one of the `expected` types. */
export function parseGlobalId(text: string): GlobalId;
export function parseGlobalId<Type extends NodeType>(text: string, expected: readonly Type[]): GlobalId<Type>;
export function parseGlobalId(text: string, expected: readonly NodeType[] = nodeTypes): GlobalId {
  const [, provider, typeName, id] = written.exec(text) ?? [];
  if (provider === undefined || typeName === undefined || id === undefined) throw malformed(text);
  const type = expected.find((known) => known === typeName);
  if (type === undefined) {
    throw new ContentError(
      'BAD_USER_INPUT',
      `"${shortened(text)}" is the id of a ${typeName}; expected ${expected.join(' or ')}`,
    );
  }
  return { provider: decoded(provider, text), type, id: decoded(id, text) };
}

export function parseAttachmentId(text: string): AttachmentRef {
  const { provider, id } = parseGlobalId(text, ['Attachment']);
  return { provider, id };
}

export function parseContainerId(text: string): ContainerRef {
  return parseGlobalId(text, containerTypes);
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed(text);
  }
}

function malformed(text: string): ContentError {
  return new ContentError('BAD_USER_INPUT', `"${shortened(text)}" is not an id; ids have the form ${globalIdForm}`);
}

/** For messages: what a client sent may be of any length. */
export function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
