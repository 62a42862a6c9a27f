import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import type { RenditionOutcome } from '../../src/rendering/renderer.js';
import { SqliteRenditionStore } from '../../src/rendering/sqlite-rendition-store.js';
import { quiet } from './harness.js';

const limits = { maxBytes: 1024 ** 3, memoryBytes: 1024 ** 2, maxFacts: 1000 };
const facts = { media: { width: 4000.5, height: 3000, vector: false, pageCount: 7 }, thumbhash: Buffer.from('hash') };
const refusal: RenditionOutcome = { state: 'UNSUPPORTED', reason: 'Too large' };

function picture(sizeBytes: number): Extract<RenditionOutcome, { state: 'READY' }> {
  return {
    state: 'READY',
    format: 'WEBP',
    width: 20,
    height: 10,
    sizeBytes,
    bytes: Buffer.alloc(sizeBytes, 7),
    madeBy: 'RENDERED_HERE',
  };
}

describe('The store of renditions', () => {
  let directory: string;
  let store: SqliteRenditionStore;

  const open = (settings: Partial<typeof limits> = {}, judgement = 'these limits') =>
    new SqliteRenditionStore({ directory, settings: { ...limits, ...settings }, judgement, log: quiet });
  const reopen = (settings: Partial<typeof limits> = {}, judgement?: string) => {
    store.close();
    store = open(settings, judgement);
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proofsheet-store-'));
    store = open();
  });

  afterEach(async () => {
    store.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('finds a picture again, also in the next process', () => {
    store.save('key', 'spec', picture(1000));
    expect(store.find('key', 'spec')).toEqual(picture(1000));
    reopen();
    expect(store.find('key', 'spec')).toEqual(picture(1000));
  });

  it('is looked into once for all that is asked of a source of which nothing was drawn', () => {
    expect([store.findFacts('new'), store.find('new', 'spec'), store.find('new', 'other')]).toEqual([null, null, null]);
    expect(store.stats()).toMatchObject({ reads: 1, misses: 2 });
    store.save('new', 'spec', picture(10));
    reopen();
    expect([store.find('new', 'spec'), store.find('new', 'other')]).toEqual([picture(10), null]);
  });

  it('tells in the next process who made a picture', () => {
    store.save('key', 'spec', { ...picture(1000), madeBy: 'PROXY_RESIZED' });
    reopen();
    expect(store.find('key', 'spec')).toMatchObject({ madeBy: 'PROXY_RESIZED' });
  });

  it('has in memory what was read twice', () => {
    store.save('key', 'spec', picture(1000));
    reopen();
    const reads = [1, 2, 3, 4].map(() => {
      store.find('key', 'spec');
      return store.stats().reads;
    });
    // The first one also asks whether anything was drawn of the source.
    expect(reads).toEqual([2, 3, 3, 3]);
  });

  it("has a provider's own picture in memory, and in the file once it was asked for again", () => {
    const own = { ...picture(1000), madeBy: 'PROVIDER' } as const;
    store.save('once', 'spec', own);
    store.save('twice', 'spec', own);
    expect(store.find('twice', 'spec')).toEqual(own);
    reopen();
    expect([store.find('once', 'spec'), store.find('twice', 'spec')]).toEqual([null, own]);
  });

  it('writes many outcomes together, and each can be found meanwhile', () => {
    for (let index = 0; index < 200; index += 1) {
      store.save(`key-${index}`, 'spec', picture(100 + index));
      expect(store.find(`key-${index}`, 'spec')).toEqual(picture(100 + index));
    }
    expect(store.stats()).toMatchObject({ outcomes: 200, hits: 200, misses: 0 });
    reopen();
    expect(store.find('key-7', 'spec')).toEqual(picture(107));
    expect(store.stats().outcomes).toBe(200);
  });

  it('keeps each spec of each source apart', () => {
    store.save('key', 'spec', picture(1000));
    expect([store.find('key', 'other'), store.find('other', 'spec')]).toEqual([null, null]);
  });

  it('keeps a refusal with its reason', () => {
    store.save('key', 'spec', refusal);
    reopen();
    expect(store.find('key', 'spec')).toEqual(refusal);
  });

  it('forgets an outcome when its time is over', () => {
    store.save('key', 'spec', refusal, -1);
    expect(store.find('key', 'spec')).toBeNull();
    reopen();
    expect(store.find('key', 'spec')).toBeNull();
  });

  it('forgets refusals, and only these, when what they rested on has changed', () => {
    store.save('key', 'refused', refusal);
    store.save('key', 'drawn', picture(10));
    reopen({}, 'other limits');
    expect(store.find('key', 'refused')).toBeNull();
    expect(store.find('key', 'drawn')).toEqual(picture(10));
  });

  it('replaces an outcome by a later one', () => {
    store.save('key', 'spec', refusal);
    store.save('key', 'spec', picture(10));
    expect(store.find('key', 'spec')).toEqual(picture(10));
    expect(store.stats().outcomes).toBe(1);
  });

  it('keeps facts with fractions, page count and thumbhash', () => {
    store.saveFacts('key', facts);
    reopen();
    expect(store.findFacts('key')).toEqual(facts);
    expect(store.findFacts('other')).toBeNull();
    const unseen = { media: null, thumbhash: Buffer.from('hash') };
    store.saveFacts('of a picture', unseen);
    reopen();
    expect(store.findFacts('of a picture')).toEqual(unseen);
  });

  it('stays within its bytes by letting the least recently used go', () => {
    reopen({ maxBytes: 100_000 });
    store.save('first', 'spec', picture(10_000));
    for (let index = 0; index < 40; index += 1) {
      store.save(`key-${index}`, 'spec', picture(10_000));
      store.find('first', 'spec');
    }
    expect(store.stats().bytes).toBeLessThanOrEqual(100_000);
    expect(store.stats().evicted).toBeGreaterThan(30);
    expect(store.find('key-0', 'spec')).toBeNull();
    expect(store.find('key-39', 'spec')).not.toBeNull();
    expect(store.find('first', 'spec')).not.toBeNull();
  });

  it('knows how full it is after a restart', () => {
    store.save('key', 'spec', picture(5000));
    const before = store.stats();
    reopen();
    expect(store.stats()).toMatchObject({ outcomes: before.outcomes, bytes: before.bytes });
  });

  it('stays within its number of facts by letting the oldest go', () => {
    reopen({ maxFacts: 100 });
    for (let index = 0; index < 150; index += 1) store.saveFacts(`key-${index}`, facts);
    reopen({ maxFacts: 100 });
    const kept = Array.from({ length: 150 }, (_, index) => store.findFacts(`key-${index}`)).filter((found) => found !== null);
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(store.findFacts('key-149')).toEqual(facts);
  });

  it('puts a damaged file aside and starts empty', async () => {
    store.save('key', 'spec', picture(10));
    store.close();
    await writeFile(join(directory, 'renditions.db'), 'This is not a database. '.repeat(1000));
    store = open();
    expect(store.find('key', 'spec')).toBeNull();
    store.save('key', 'spec', picture(20));
    expect(store.find('key', 'spec')).toEqual(picture(20));
    expect(await readdir(directory)).toContain('renditions.db.damaged');
  });

  it('starts empty while it runs when its file turns out to be damaged', async () => {
    for (let index = 0; index < 50; index += 1) store.save(`key-${index}`, 'spec', picture(300_000));
    reopen();
    const { open: openFile } = await import('node:fs/promises');
    const file = await openFile(join(directory, 'renditions.db'), 'r+');
    await file.write(Buffer.alloc(200_000, 0xff), 0, 200_000, 4096);
    await file.close();
    store.find('key-0', 'spec');
    store.find('key-1', 'spec');
    store.save('after', 'spec', picture(20));
    store.save('after', 'spec', picture(20));
    expect(store.find('after', 'spec')).toEqual(picture(20));
    expect(store.stats().errors).toBeGreaterThan(0);
  });

  it('remembers nothing of a time when its file could not be read', () => {
    store.save('key', 'spec', picture(10));
    store.saveFacts('key', facts);
    reopen();
    const withFile = (work: string) => {
      const file = new Sqlite(join(directory, 'renditions.db'));
      file.exec(work);
      file.close();
    };
    withFile('ALTER TABLE facts RENAME TO away; ALTER TABLE outcomes RENAME TO afar');
    expect([store.find('key', 'spec'), store.findFacts('key')]).toEqual([null, null]);
    withFile('ALTER TABLE away RENAME TO facts; ALTER TABLE afar RENAME TO outcomes');
    expect([store.find('key', 'spec'), store.findFacts('key')]).toEqual([picture(10), facts]);
  });

  it('answers nothing and takes nothing when it is closed', () => {
    store.save('key', 'large', picture(500_000));
    store.close();
    expect(store.find('key', 'large')).toBeNull();
    expect(() => store.save('key', 'spec', refusal)).not.toThrow();
    store = open();
  });
});
