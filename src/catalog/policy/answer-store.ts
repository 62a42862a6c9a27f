import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import type { CacheSettings } from '../settings.js';
import { estimateBytes } from './estimate-bytes.js';

/** Where answers are kept. */
export interface AnswerStore {
  readonly keyv: Keyv;
  readonly stats: () => Readonly<Record<string, number>>;
}

/** A Redis that does not accept a connection for so long counts as gone. */
const connectTimeoutMs = 300;

/** Answers stay the objects they are: nobody changes them. */
export function openMemoryStore({ maxEntries, maxBytes }: CacheSettings): AnswerStore {
  const lru = new LRUCache<string, object>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (value, key) => estimateBytes(key) + estimateBytes(value),
  });
  const store = {
    get: (key: string) => lru.get(key),
    getMany: async (keys: readonly string[]) => keys.map((key) => lru.get(key)),
    set: (key: string, value: object) => void lru.set(key, value),
    delete: (key: string) => lru.delete(key),
    clear: () => lru.clear(),
  };
  const keyv = new Keyv({ store, useKeyPrefix: false, throwOnErrors: true, emitErrors: false });
  keyv.serialize = undefined;
  return { keyv, stats: () => ({ entries: lru.size, bytes: lru.calculatedSize }) };
}

/** Its client is loaded only here. A Redis that is away is an error of each call, at once: nothing waits in a queue for it. */
export async function openRedisStore(url: string): Promise<AnswerStore> {
  const { default: KeyvRedis } = await import('@keyv/redis');
  const store = new KeyvRedis(
    { url, disableOfflineQueue: true },
    { connectionTimeout: connectTimeoutMs, throwOnConnectError: true, throwOnErrors: true },
  );
  const keyv = new Keyv({ store, namespace: 'proofsheet', useKeyPrefix: false, throwOnErrors: true, emitErrors: false });
  keyv.deserialize = (text) => JSON.parse(text, reviveDates);
  // Every call that fails tells its caller; an event without a listener would end the program.
  store.on('error', () => {});
  // Calls while it connects for the first time would count as failures of it.
  await store.getClient().catch(() => {});
  return { keyv, stats: () => ({}) };
}

const dateFields = new Set(['createdAt', 'modifiedAt']);

function reviveDates(field: string, value: unknown): unknown {
  return typeof value === 'string' && dateFields.has(field) ? new Date(value) : value;
}
