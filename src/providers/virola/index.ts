import type { Attachment, Container, ContainerKey, ContainerType, NativeId, OpenedContent } from '../../attachment.js';
import type { Call, Viewer } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { AdapterOptions } from '../adapter.js';
import { checkContent } from '../checked-content.js';
import type { Credentials } from '../credentials.js';
import {
  type AttachmentQuery,
  attachmentOrders,
  type OpenOptions,
  type Page,
  type PageRequest,
  type Provider,
  type ProviderFacts,
  type StatOptions,
  type Upload,
} from '../provider.js';
import { Rest } from '../rest.js';
import { toSortedPage } from '../sorted-page.js';
import { type Thread, VirolaApi } from './api.js';
import { toCredentials } from './credentials.js';
import { toVirolaError } from './errors.js';
import { Listing, toPlace, toRoomPage } from './listing.js';
import { type Account, parseId, parseMessageId, toAttachment, toAttachments, toMessage, toRoom, toState } from './map.js';
import { Sending } from './sending.js';
import type { VirolaSettings } from './settings.js';

/** A server of Virola Messenger by its Web API: https://virola.io/web-api/docs/ */
export function createVirola(options: AdapterOptions<VirolaSettings>): Provider {
  const { name, settings, ca } = options;
  const toError = toVirolaError.bind(null, name, settings.credentials.mode);
  const credentials = toCredentials(name, settings.credentials, (account, call) => api.login(account, call));
  const rest = new Rest({
    provider: name,
    baseUrl: settings.baseUrl,
    credentials,
    otherHosts: { hosts: [], origins: [] },
    connections: settings.connections,
    timeoutMs: settings.timeoutSeconds * 1000,
    toError,
    ...(ca ? { ca } : {}),
  });
  const api = new VirolaApi(rest, toError);
  return new Virola(options, { api, rest, credentials });
}

interface Parts {
  readonly api: VirolaApi;
  readonly rest: Rest;
  readonly credentials: Credentials;
}

class Virola implements Provider {
  readonly name: string;
  readonly kind = 'VIROLA';
  readonly facts: ProviderFacts;
  readonly #account: Account;
  readonly #api: VirolaApi;
  readonly #rest: Rest;
  readonly #credentials: Credentials;
  readonly #listing: Listing;
  readonly #sending: Sending;

  constructor({ name, account, sandbox, settings }: AdapterOptions<VirolaSettings>, { api, rest, credentials }: Parts) {
    this.name = name;
    this.facts = {
      sandbox,
      rootContainer: settings.uploadRoom === undefined ? null : { type: 'Room', id: `${settings.uploadRoom}` },
      openWithRange: false,
      writeMaxBytes: null,
      listFilters: ['container', 'text', 'contentTypes', 'states', 'modifiedAfter', 'modifiedBefore'],
      listOrders: attachmentOrders,
      pictures: [],
      digests: true,
    };
    this.#account = { provider: name, account };
    this.#api = api;
    this.#rest = rest;
    this.#credentials = credentials;
    this.#listing = new Listing(api, this.#account);
    this.#sending = new Sending(api, name);
  }

  scope(viewer: Viewer): string {
    return this.#credentials.scope(viewer);
  }

  /** There are no versions: only the current content has an id. */
  async stat(id: NativeId, { version }: StatOptions, call: Call): Promise<Attachment | null> {
    const attachmentId = version === undefined ? parseId(id) : null;
    const found = attachmentId === null ? null : await this.#api.attachment(attachmentId, call);
    return found && toAttachment(this.#account, found);
  }

  /** Two requests, as the download wants the name too. */
  async open(id: NativeId, { version }: OpenOptions, call: Call): Promise<OpenedContent | null> {
    const attachmentId = version === undefined ? parseId(id) : null;
    const found = attachmentId === null ? null : await this.#api.attachment(attachmentId, call);
    if (!found) return null;
    if (toState(found.attachmentState) !== 'READY') throw notReady(this.name);
    const answer = await this.#api.download(found, call);
    return answer && toContent(answer, toAttachment(this.#account, found).contentType);
  }

  async check(call: Call): Promise<void> {
    await this.#api.rooms(call);
  }

  async list(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const { container } = query;
    if (container?.type === 'Message') return this.#listOfMessage(container.id, query, page, call);
    const places = container ? [this.#placeOf(container)] : (await this.#api.rooms(call)).map(toPlace);
    return query.orderBy === 'MODIFIED_DESC'
      ? this.#listing.latest(places, query, page, call)
      : this.#listing.sorted(places, query, page, call);
  }

  async statContainer(type: ContainerType, id: NativeId, call: Call): Promise<Container | null> {
    if (type === 'Message') return this.#statMessage(id, call);
    const roomId = type === 'Room' ? parseId(id) : null;
    if (roomId === null) return null;
    const room = (await this.#api.rooms(call)).find((known) => known.roomId === roomId);
    return room ? toRoom(this.#account, room) : null;
  }

  /** Rooms; in a room its messages; in a message its comments. */
  async listContainers(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    if (parent === null) return toRoomPage(this.#account, await this.#api.rooms(call), page);
    const thread = toThread(parent);
    if (!thread) throw this.#noSuchContainer();
    return this.#listing.messages(thread, page, call);
  }

  /** Names may repeat, so none is ever taken. */
  async write({ container, filename, contentType, content, digest }: Upload, call: Call): Promise<Attachment> {
    const checked = checkContent(content, { digest, maxBytes: null });
    const file = { filename, contentType, ...checked };
    const message = container.type === 'Message' ? parseMessageId(container.id) : null;
    const roomId = container.type === 'Room' ? parseId(container.id) : null;
    try {
      if (message) return toAttachment(this.#account, await this.#sending.toMessage(message, file, call), message);
      if (roomId !== null) return toAttachment(this.#account, await this.#sending.toRoom(roomId, file, call));
      throw this.#noSuchContainer();
    } finally {
      checked.content.destroy();
      content.destroy();
    }
  }

  /** For good: there is no trash. The message stays. */
  async remove(id: NativeId, _options: { readonly permanently: boolean }, call: Call): Promise<boolean> {
    const attachmentId = parseId(id);
    return attachmentId !== null && this.#api.deleteAttachment(attachmentId, call);
  }

  stats(): Readonly<Record<string, number>> {
    return this.#rest.stats();
  }

  async close(): Promise<void> {
    await this.#rest.close();
  }

  async #listOfMessage(id: NativeId, query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const ref = parseMessageId(id);
    const message = ref && (await this.#api.message(ref, call));
    if (!ref || !message) throw this.#noSuchContainer();
    return toSortedPage(toAttachments(this.#account, message, ref), query, page);
  }

  async #statMessage(id: NativeId, call: Call): Promise<Container | null> {
    const ref = parseMessageId(id);
    const message = ref && (await this.#api.message(ref, call));
    return ref && message ? toMessage(this.#account, message, ref) : null;
  }

  #placeOf(container: ContainerKey) {
    const thread = container.type === 'Room' ? toThread(container) : null;
    if (!thread) throw this.#noSuchContainer();
    return { thread, newest: Number.POSITIVE_INFINITY };
  }

  #noSuchContainer(): ContentError {
    return new ContentError('NOT_FOUND', `There is no such room or message in ${this.name}`, { provider: this.name });
  }
}

/** Comments have no comments. */
function toThread({ type, id }: ContainerKey): Thread | null {
  const roomId = type === 'Room' ? parseId(id) : null;
  if (roomId !== null) return { roomId, parentMessageId: null };
  const message = type === 'Message' ? parseMessageId(id) : null;
  return message?.parentMessageId === null ? { roomId: message.roomId, parentMessageId: message.messageId } : null;
}

function toContent({ headers, body }: Awaited<ReturnType<Rest['send']>>, contentType: string): OpenedContent {
  const length = headers.get('content-length') ?? '';
  const told = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const sizeBytes = /^\d{1,15}$/.test(length) ? Number(length) : null;
  return { contentType: told || contentType, sizeBytes, range: null, body: { stream: body } };
}

function notReady(provider: string): ContentError {
  return new ContentError('CONFLICT', `${provider} does not have this attachment whole (yet): its state is not READY`, {
    provider,
  });
}
