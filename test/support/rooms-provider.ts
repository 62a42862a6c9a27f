import { Readable } from 'node:stream';
import type { Attachment, Container, ContainerKey, ContainerType, OpenedContent } from '../../src/attachment.js';
import type { Viewer } from '../../src/call.js';
import { ContentError } from '../../src/errors.js';
import type {
  AttachmentQuery,
  Listed,
  Page,
  PageRequest,
  Provider,
  ProviderFacts,
  Upload,
} from '../../src/providers/provider.js';

const roomId = 'lobby';
const messageIds = ['3', '2', '1'] as const;

/** One room of three messages, each with two attachments, told along where the list is asked to. It notes its calls. */
export class RoomsProvider implements Provider {
  readonly kind = 'XELION';
  readonly facts: ProviderFacts = {
    sandbox: true,
    rootContainer: null,
    openWithRange: false,
    writeMaxBytes: null,
    listFilters: ['container'],
    listOrders: ['NAME_ASC'],
    pictures: [],
    digests: false,
  };
  /** "list Message 3": what was asked for, in order. */
  readonly calls: string[] = [];
  /** The hints that came with lists, in order. */
  readonly hints: PageRequest['ahead'][] = [];
  readonly uploads: Upload['container'][] = [];

  constructor(readonly name: string) {}

  scope({ scope }: Viewer): string {
    return scope;
  }

  async stat(id: string): Promise<Attachment | null> {
    this.calls.push(`stat ${id}`);
    return allAttachments(this.name).find((attachment) => attachment.id === id) ?? null;
  }

  async open(id: string): Promise<OpenedContent | null> {
    this.calls.push(`open ${id}`);
    return { contentType: 'text/plain', sizeBytes: 2, range: null, body: { stream: Readable.from([Buffer.from('hi')]) } };
  }

  async check(): Promise<void> {
    this.calls.push('check');
  }

  async list({ container, orderBy }: AttachmentQuery, page: PageRequest): Promise<Page<Attachment>> {
    this.calls.push(`list ${container?.type} ${container?.id} ${orderBy}`);
    this.hints.push(page.ahead);
    if (container && !this.#find(container)) throw new ContentError('NOT_FOUND', `${container.id} is not here`);
    return toPage(attachmentsOf(this.name, container?.id ?? ''), page);
  }

  async statContainer(type: ContainerType, id: string): Promise<Container | null> {
    this.calls.push(`statContainer ${type} ${id}`);
    return this.#find({ type, id });
  }

  async listContainers(parent: ContainerKey | null, page: PageRequest): Promise<Page<Container>> {
    this.calls.push(`listContainers ${parent?.id ?? 'top'}`);
    this.hints.push(page.ahead);
    const inside = allContainers(this.name).filter((container) => (container.parent?.id ?? null) === (parent?.id ?? null));
    const { items, hasNextPage } = toPage(inside, page);
    const told = page.ahead?.attachments === true;
    return { items: items.map((listed) => (told ? { ...listed, attachments: toldOf(this.name, listed) } : listed)), hasNextPage };
  }

  async write({ container, content, filename }: Upload): Promise<Attachment> {
    this.uploads.push(container);
    for await (const _ of content);
    return { ...attachment(this.name, '3', 'a'), filename };
  }

  #find({ type, id }: ContainerKey): Container | null {
    return allContainers(this.name).find((container) => container.type === type && container.id === id) ?? null;
  }
}

function allContainers(provider: string): readonly Container[] {
  const room: Container = { provider, type: 'Room', id: roomId, name: 'Lobby', createdAt: null, parent: null };
  const messages = messageIds.map((id): Container => {
    const message = {
      text: `Message ${id}`,
      incoming: id === '3' ? null : id === '2',
      participants: [{ name: 'Ada', role: 'from', address: '+31 10 1234567' }],
    };
    const parent = { provider, type: 'Room', id: roomId } as const;
    return { provider, type: 'Message', id, name: message.text, createdAt: new Date(0), parent, message };
  });
  return [room, ...messages];
}

function attachmentsOf(provider: string, containerId: string): readonly Attachment[] {
  return allAttachments(provider).filter(({ container }) => container?.id === containerId);
}

function allAttachments(provider: string): readonly Attachment[] {
  return messageIds.flatMap((id) => ['a', 'b'].map((letter) => attachment(provider, id, letter)));
}

function attachment(provider: string, message: string, letter: string): Attachment {
  return {
    provider,
    id: `${message}${letter}`,
    filename: `${message}${letter}.txt`,
    contentType: 'text/plain',
    sizeBytes: 2,
    digest: null,
    state: 'READY',
    createdAt: null,
    modifiedAt: null,
    container: { provider, type: 'Message', id: message },
    versionNumber: null,
    contentKey: `rooms-${message}${letter}`,
    permissions: { read: true, download: true, replace: false, delete: false, share: false },
  };
}

function toldOf(provider: string, { item }: Listed<Container>): readonly Listed<Attachment>[] {
  return attachmentsOf(provider, item.id).map((told) => ({ item: told, cursor: told.id }));
}

/** Cursors are ids. */
function toPage<T extends { readonly id: string }>(all: readonly T[], { first, after }: PageRequest): Page<T> {
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const items = all.slice(start, start + first).map((item) => ({ item, cursor: item.id }));
  return { items, hasNextPage: start + items.length < all.length };
}
