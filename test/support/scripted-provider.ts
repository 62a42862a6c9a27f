import type { Attachment, Container } from '../../src/attachment.js';
import type { Call, UpstreamObserver, Viewer } from '../../src/call.js';
import { ContentError, type ContentErrorDetails, type ErrorCode } from '../../src/errors.js';
import { Abort } from '../../src/lib/abort.js';
import { attachmentOrders, type Page, type Provider, type ProviderFacts } from '../../src/providers/provider.js';
import { countCalls } from './counting-provider.js';
import { silentLog } from './vault.js';

/** What a test's provider does, and what it says that it can. */
export type Script = Partial<Omit<Provider, 'facts'>> & { readonly facts?: Partial<ProviderFacts> };

/** A provider that answers as a test says; its calls are counted by method. Every stat finds something unless told. */
export function scripted(script: Script = {}) {
  const { facts, ...methods } = script;
  const name = script.name ?? 'box';
  const provider: Provider = {
    name,
    kind: 'BOX',
    facts: { ...readOnlyFacts, ...(script.list ? { listOrders: attachmentOrders } : {}), ...facts },
    scope: ({ scope }) => scope,
    stat: async (id) => attachmentOf(id, { provider: name }),
    open: async () => null,
    check: async () => {},
    ...methods,
  };
  const { provider: counted, calls } = countCalls(provider);
  return { provider: { ...counted, scope: provider.scope }, calls };
}

const readOnlyFacts: ProviderFacts = {
  sandbox: true,
  rootContainer: null,
  openWithRange: false,
  writeMaxBytes: null,
  listFilters: [],
  listOrders: [],
  pictures: [],
  digests: false,
};

export function attachmentOf(id: string, more: Partial<Attachment> = {}): Attachment {
  return {
    provider: 'box',
    id,
    filename: `${id}.png`,
    contentType: 'image/png',
    sizeBytes: 10,
    digest: null,
    state: 'READY',
    createdAt: new Date('2026-01-01'),
    modifiedAt: new Date('2026-01-02'),
    container: null,
    versionNumber: 1,
    contentKey: `box-${id}`,
    permissions: { read: true, download: true, replace: false, delete: false, share: false },
    ...more,
  };
}

export function messageOf(id: string): Container {
  return { provider: 'box', type: 'Message', id, name: id, createdAt: new Date('2026-01-01'), parent: null };
}

export function pageOf<T extends { readonly id: string }>(items: readonly T[]): Page<T> {
  return { items: items.map((item) => ({ item, cursor: item.id })), hasNextPage: false };
}

export function failure(code: ErrorCode, details: ContentErrorDetails = {}): ContentError {
  return new ContentError(code, `It failed with ${code}`, { provider: 'box', ...details });
}

export const unavailable = failure('PROVIDER_UNAVAILABLE', { retryable: true });

/** A promise that the test settles. */
export function held<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/** What a system does that does not answer: it waits until the call ends. */
export function untilAborted({ signal }: Call): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export interface CallOptions {
  readonly scope?: string;
  readonly signal?: AbortSignal;
  readonly deadlineAt?: number;
  readonly upstream?: UpstreamObserver;
}

export function callOf({ scope = 'ann', signal = new Abort().signal, ...rest }: CallOptions = {}): Call {
  const viewer: Viewer = { id: scope, name: scope, roles: [], scope };
  return { viewer, signal, log: silentLog, ...rest };
}

/** Writes down what a call is told of going upstream. */
export function upstreamNotes() {
  const notes: string[] = [];
  const upstream: UpstreamObserver = {
    requested: (provider) => notes.push(`requested ${provider}`),
    cached: (provider) => notes.push(`cached ${provider}`),
    stale: (provider) => notes.push(`stale ${provider}`),
  };
  return { notes, upstream };
}
