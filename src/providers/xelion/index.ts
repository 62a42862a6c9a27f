import type { Attachment, Container, ContainerKey, ContainerType, NativeId, OpenedContent } from '../../attachment.js';
import type { Call, Viewer } from '../../call.js';
import { ContentError, toContentError } from '../../errors.js';
import type { RenditionSpec } from '../../rendition.js';
import type { AdapterOptions } from '../adapter.js';
import type { Credentials } from '../credentials.js';
import {
  type AttachmentQuery,
  attachmentOrders,
  type OpenOptions,
  type Page,
  type PageRequest,
  type PictureOptions,
  type Provider,
  type ProviderFacts,
  type ProviderPicture,
  type StatOptions,
  type Upload,
} from '../provider.js';
import { Rest } from '../rest.js';
import { type AttachmentKey, XelionApi } from './api.js';
import { toCredentials } from './credentials.js';
import { toXelionError } from './errors.js';
import { listAttachments, listAttachmentsOf, listMessages } from './listing.js';
import { type Account, parseNativeId, toAttachment, toMessage, toRoom, toThumbnail } from './map.js';
import { maxAttachmentBytes, Sending } from './sending.js';
import { oidPattern, type XelionSettings } from './settings.js';
import { ofAccount, ofRoom, readWhole } from './sources.js';
import type { WireCommunication } from './wire.js';

/** A Xelion telephone system: messages and calls are containers of attachments, chat sessions are rooms. */
export function createXelion(options: AdapterOptions<XelionSettings>): Provider {
  const { name, settings, ca } = options;
  const { credentials, logOut } = toCredentials(name, settings, () => api);
  const rest = new Rest({
    provider: name,
    baseUrl: settings.baseUrl,
    credentials,
    otherHosts: { hosts: [], origins: [] },
    connections: settings.connections,
    timeoutMs: settings.timeoutSeconds * 1_000,
    ...(ca === undefined ? {} : { ca }),
    toError: (refusal) => toXelionError(name, refusal),
  });
  const api = new XelionApi(rest);
  return new Xelion(options, { rest, api, credentials, logOut });
}

interface XelionParts {
  readonly rest: Rest;
  readonly api: XelionApi;
  readonly credentials: Credentials;
  readonly logOut: () => Promise<void>;
}

class Xelion implements Provider {
  readonly kind = 'XELION';
  readonly name: string;
  readonly facts: ProviderFacts;
  readonly #account: Account;
  readonly #parts: XelionParts;
  readonly #sending: Sending;

  constructor({ name, account, sandbox, settings: { uploadRoom } }: AdapterOptions<XelionSettings>, parts: XelionParts) {
    this.name = name;
    this.#account = { provider: name, account };
    this.#parts = parts;
    this.#sending = new Sending(parts.api, (viewer) => this.scope(viewer));
    this.facts = {
      sandbox,
      rootContainer: uploadRoom === undefined ? null : { type: 'Room', id: uploadRoom },
      openWithRange: false,
      writeMaxBytes: maxAttachmentBytes,
      listFilters: ['container', 'text', 'contentTypes', 'states', 'modifiedAfter', 'modifiedBefore'],
      listOrders: attachmentOrders,
      pictures: ['thumbnail'],
      digests: false,
    };
  }

  scope(viewer: Viewer): string {
    return this.#parts.credentials.scope(viewer);
  }

  async stat(id: NativeId, options: StatOptions, call: Call): Promise<Attachment | null> {
    const key = keyOf(id, options);
    return key && this.#stat(key, (oid) => this.#parts.api.communication(oid, call), call);
  }

  async open(id: NativeId, options: OpenOptions, call: Call): Promise<OpenedContent | null> {
    const key = keyOf(id, options);
    const answer = key && (await this.#parts.api.open(key, call));
    if (!answer) return null;
    const { headers, body } = answer;
    const contentType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream';
    const length = headers.get('content-length');
    return { contentType, sizeBytes: length === null ? null : Number(length), range: null, body: { stream: body } };
  }

  async check(call: Call): Promise<void> {
    await this.#parts.api.communications({ limit: 1, before: null, thumbnails: false }, call);
  }

  /** One request for each message, however many of its attachments are asked for. */
  async statMany(ids: readonly NativeId[], call: Call): Promise<readonly (Attachment | null | ContentError)[]> {
    const read = new Map<string, Promise<WireCommunication | null>>();
    const readOnce = (oid: string) => {
      const reading = read.get(oid) ?? this.#parts.api.communication(oid, call);
      read.set(oid, reading);
      return reading;
    };
    const answers = ids.map(async (id) => {
      const key = parseNativeId(id);
      return key && this.#stat(key, readOnce, call).catch(toContentError);
    });
    const found = await Promise.all(answers);
    call.signal.throwIfAborted();
    return found;
  }

  async list(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    call.signal.throwIfAborted();
    if (query.states?.includes('READY') === false) return { items: [], hasNextPage: false };
    const { container } = query;
    if (!container) return listAttachments(ofAccount(this.#parts.api, call), query, page, this.#account);
    if (container.type === 'Message') {
      const communication = await this.#communication(container.id, call);
      return listAttachmentsOf(communication, query, page, this.#account);
    }
    return listAttachments(ofRoom(this.#parts.api, roomOf(container), call), query, page, this.#account);
  }

  async statContainer(type: ContainerType, id: NativeId, call: Call): Promise<Container | null> {
    if (type === 'Folder' || !oidPattern.test(id)) return null;
    if (type === 'Room') {
      const chat = await this.#parts.api.chat(id, call);
      return chat && toRoom(this.#account, chat);
    }
    const communication = await this.#parts.api.communication(id, call);
    return communication && toMessage(this.#account, communication, null);
  }

  /** At the top stand all messages and calls; the system has no list of chat sessions. */
  async listContainers(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    const { api } = this.#parts;
    if (parent === null) return listMessages(ofAccount(api, call), page, this.#account, null);
    if (parent.type === 'Room') return listMessages(ofRoom(api, roomOf(parent), call), page, this.#account, parent.id);
    await this.#communication(parent.type === 'Message' ? parent.id : '', call);
    return { items: [], hasNextPage: false };
  }

  /** Without its attachment's word that there is one, it is asked for. The system tells no size of it. */
  async readRendition(
    attachment: Attachment,
    { kind }: RenditionSpec,
    { maxBytes }: PictureOptions,
    call: Call,
  ): Promise<ProviderPicture | null> {
    const key = kind === 'thumbnail' && attachment.hasThumbnail !== false ? parseNativeId(attachment.id) : null;
    const wire = key && (await this.#parts.api.thumbnail(key, call));
    const bytes = wire && toThumbnail(wire);
    if (!bytes) return null;
    if (bytes.length > maxBytes) throw pictureTooLong(this.name, maxBytes);
    return { state: 'READY', bytes, sizeCap: null };
  }

  /** Names are never taken: each file is a message of its own. */
  async write(upload: Upload, call: Call): Promise<Attachment> {
    const { message, attachment } = await this.#sending.send(upload, call);
    const key = { communication: message.oid, attachment: attachment.oid };
    const found = await this.#stat(key, (oid) => this.#parts.api.communication(oid, call), call).catch((err: unknown) => {
      call.signal.throwIfAborted();
      call.log.warn({ err, provider: this.name }, 'an attachment that was sent could not be read again');
      return null;
    });
    // It was sent, so this is no failure: what the sending told says nearly as much.
    return found ?? toAttachment(this.#account, key, attachment, message);
  }

  /** Always for good: the system has no trash. */
  async remove(id: NativeId, _options: { readonly permanently: boolean }, call: Call): Promise<boolean> {
    const key = parseNativeId(id);
    if (!key || !(await this.stat(id, {}, call))) return false;
    const { communication, attachment } = key;
    if (communication === null) throw withoutMessage(this.name);
    if (!(await this.#parts.api.detach({ communication, attachment }, call))) return false;
    if (!(await this.stat(id, {}, call))) return true;
    throw new ContentError('PROVIDER_ERROR', `${this.name} did not take the attachment out of its message`, {
      provider: this.name,
    });
  }

  stats(): Readonly<Record<string, number>> {
    return this.#parts.rest.stats();
  }

  async close(): Promise<void> {
    await this.#parts.logOut();
    await this.#parts.rest.close();
  }

  /** An attachment by itself has no date; the bare thumbnail request answers without the bytes of the file. */
  async #stat(
    key: AttachmentKey,
    read: (oid: string) => Promise<WireCommunication | null>,
    call: Call,
  ): Promise<Attachment | null> {
    const communication = key.communication === null ? null : await read(key.communication);
    if (key.communication !== null && !communication) return null;
    const wire = communication?.attachments
      ? communication.attachments.find(({ oid }) => oid === key.attachment)
      : await this.#parts.api.thumbnail(key, call);
    if (!wire) return null;
    if (wire.oid !== key.attachment) call.log.debug({ asked: key.attachment, told: wire.oid }, 'another attachment was told');
    return toAttachment(this.#account, key, wire, communication);
  }

  async #communication(oid: string, call: Call): Promise<WireCommunication> {
    const communication = oidPattern.test(oid) ? await readWhole(this.#parts.api, oid, call) : null;
    if (communication) return communication;
    throw new ContentError('NOT_FOUND', 'There is no such message');
  }
}

/** There are no versions. */
function keyOf(id: NativeId, { version }: StatOptions): AttachmentKey | null {
  return version === undefined ? parseNativeId(id) : null;
}

function roomOf({ type, id }: ContainerKey): string {
  if (type === 'Room' && oidPattern.test(id)) return id;
  throw new ContentError('NOT_FOUND', 'There is no such room: rooms are chat sessions');
}

function pictureTooLong(provider: string, maxBytes: number): ContentError {
  return new ContentError('PROVIDER_ERROR', `${provider} gave a picture of more than ${maxBytes} bytes`, { provider });
}

function withoutMessage(provider: string): ContentError {
  const message = `${provider} takes an attachment out of a message only: its id is "<message>-<attachment>"`;
  return new ContentError('NOT_SUPPORTED_BY_PROVIDER', message, { provider });
}
