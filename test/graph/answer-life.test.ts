import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAnswerCache } from '../../src/catalog/policy/answer-cache.js';
import { withPolicy } from '../../src/catalog/policy/with-policy.js';
import { cacheSettings, policySettings } from '../../src/catalog/settings.js';
import { ContentError } from '../../src/errors.js';
import { AnswerLife } from '../../src/graph/answer-life.js';
import { openGraph, openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';
import { drawPicture } from '../support/pictures.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

let graph: VaultGraph;
let id: string;

beforeAll(async () => {
  graph = await openVaultGraph();
  id = await graph.store('photo.png', await drawPicture(800, 600, 'png'));
});
afterAll(() => graph.close());

async function cacheControlOf(fields: string): Promise<string | undefined> {
  return (await graph.run(`{ attachment(id: "${id}") { ${fields} } }`)).headers.get('cache-control');
}

function maxAgeOf(cacheControl: string | undefined): number {
  return Number(/^private, max-age=(\d+)$/.exec(cacheControl ?? '')?.[1] ?? (cacheControl === 'private, no-cache' ? 0 : NaN));
}

describe('The answer to a query', () => {
  it("may stay in the viewer's own cache for a minute", async () => {
    expect(await cacheControlOf('filename sizeBytes')).toBe('private, max-age=60');
  });

  it('stays no longer than its URLs are those that would be signed anew', async () => {
    // They change with each quarter of the life that is asked for.
    expect(maxAgeOf(await cacheControlOf('content { url(expiresInSeconds: 40) }'))).toBeLessThanOrEqual(10);
    expect(maxAgeOf(await cacheControlOf('thumbnail { url(expiresInSeconds: 40) }'))).toBeLessThanOrEqual(10);
  });

  it('is not kept while a picture in it is PENDING', async () => {
    const hasty = await openVaultGraph({ patienceMs: 0 });
    const large = await hasty.store('large.png', await drawPicture(1200, 1200, 'png'));
    const answer = await hasty.run(`{ attachment(id: "${large}") { thumbnail(format: AVIF, size: 1024) { width } } }`);
    await hasty.close();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is not kept with an error in it', async () => {
    const answer = await graph.run(`{ viewer { id } attachment(id: "gid://vault/Attachment/none") { id } }`);
    expect([answer.at('viewer.id'), answer.headers.get('cache-control')]).toEqual(['open', 'no-store']);
  });

  it('is not kept when it is refused before it begins', async () => {
    expect((await graph.run('{ colour }')).headers.get('cache-control')).toBe('no-store');
  });

  it('is not kept when a provider is missing in it', async () => {
    const down = new MemoryProvider('box', [{ id: '1' }]);
    const other = await openGraph([new MemoryProvider('files', [{ id: '1' }]), down]);
    down.failWith = new ContentError('PROVIDER_UNAVAILABLE', 'down');
    const answer = await other.run('{ attachments { nodes { id } failures { code } } }');
    await other.close();
    expect([answer.errors, answer.headers.get('cache-control')]).toEqual([[], 'no-store']);
  });

  it('is not kept when a provider did not answer and an older answer served', async () => {
    const provider = new MemoryProvider('box', [{ id: '1' }]);
    const cache = await openAnswerCache(cacheSettings.parse({ freshSeconds: 0 }), silent);
    const settings = policySettings.parse({ retries: 0 });
    const other = await openGraph([withPolicy(provider, { cache, settings, log: silent })]);
    const ask = () => other.run('{ attachment(id: "gid://box/Attachment/1") { filename } }');
    const first = await ask();
    provider.failWith = new ContentError('PROVIDER_UNAVAILABLE', 'down');
    const answer = await ask();
    await other.close();
    await cache.close();
    expect(answer.data).toEqual(first.data);
    expect([first, answer].map(({ headers }) => headers.get('cache-control'))).toEqual(['private, max-age=60', 'no-store']);
  });

  it('is not kept when it tells how a provider is doing right now', async () => {
    const answer = await graph.run('{ providers { health { status } } }');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is asked about each time where no age is allowed', async () => {
    const strict = await openVaultGraph({ answerMaxAgeSeconds: 0 });
    const answer = await strict.run('{ viewer { id } }');
    await strict.close();
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  });
});

describe('The answer to a mutation', () => {
  it('is never kept', async () => {
    const input = `{ container: "${graph.root}", name: "made" }`;
    const answer = await graph.run(`mutation { createFolder(input: ${input}) { folder { id } } }`);
    expect([answer.errors, answer.headers.get('cache-control')]).toEqual([[], 'no-store']);
  });
});

describe('The life of an answer', () => {
  it('ends with the first thing in it that ends', () => {
    const life = new AnswerLife();
    life.endAt(9_000);
    life.endAt(5_999);
    life.endAt(7_000);
    expect(life.seconds(1_000)).toBe(4);
  });

  it('is over at once whatever else there is', () => {
    const life = new AnswerLife();
    life.endNow();
    life.endAt(9_000);
    expect(life.seconds(1_000)).toBeNull();
  });
});
