import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../src/sandbox/faults.js';
import { products } from '../../src/sandbox/products.js';
import { type FiveSystems, openFiveSystems } from '../support/five-systems.js';

const gallery = `{ attachments(first: 100) {
  nodes { id provider { name } } failures { provider { name } code retryAfterSeconds } } }`;

interface Gallery {
  readonly nodes: readonly { readonly id: string; readonly provider: { readonly name: string } }[];
  readonly failures: readonly {
    readonly provider: { readonly name: string };
    readonly code: string;
    readonly retryAfterSeconds: number | null;
  }[];
}

interface Misfortune {
  readonly title: string;
  readonly fault: Fault;
  /** What the client is told. */
  readonly codes: readonly string[];
}

const misfortunes: readonly Misfortune[] = [
  { title: 'fails', fault: { kind: 'status', status: 500 }, codes: ['PROVIDER_ERROR', 'PROVIDER_UNAVAILABLE'] },
  { title: 'is being mended', fault: { kind: 'status', status: 503 }, codes: ['PROVIDER_UNAVAILABLE'] },
  { title: 'resets connections', fault: { kind: 'reset' }, codes: ['PROVIDER_UNAVAILABLE'] },
  { title: 'does not answer', fault: { kind: 'latency', milliseconds: 60_000 }, codes: ['PROVIDER_TIMEOUT'] },
  {
    title: 'breaks off its answers',
    fault: { kind: 'truncate', afterBytes: 10 },
    codes: ['PROVIDER_UNAVAILABLE', 'PROVIDER_ERROR'],
  },
  { title: 'answers drop by drop', fault: { kind: 'slow', bytesPerSecond: 10 }, codes: ['PROVIDER_TIMEOUT'] },
  { title: 'no longer takes the credential', fault: { kind: 'expiredToken' }, codes: ['PROVIDER_UNAUTHENTICATED'] },
  {
    title: 'answers with a page for people',
    fault: { kind: 'body', contentType: 'text/html', body: '<html>Sign in</html>' },
    codes: ['PROVIDER_ERROR'],
  },
];

let systems: FiveSystems;
let whole: Gallery;

async function open(): Promise<void> {
  systems = await openFiveSystems({
    limits: { timeoutSeconds: 1, retries: 1, breaker: { failures: 1_000 } },
    more: { catalog: { cache: { freshSeconds: 0, negativeSeconds: 0, staleSeconds: 0 } } },
  });
  whole = await askGallery();
}

async function askGallery(): Promise<Gallery> {
  return (await systems.ask(gallery)).at('attachments') as Gallery;
}

describe.each(products)('While %s', (product) => {
  beforeAll(open);
  afterEach(() => systems.sandboxes[product].faults.clear());
  afterAll(() => systems.close());

  it.each(misfortunes)('$title, it alone is named as failing, and the others are all there', async ({ fault, codes }) => {
    const others = whole.nodes.filter(({ provider }) => provider.name !== product);
    expect(others.length).toBeGreaterThan(0);
    systems.sandboxes[product].faults.add(fault);
    const { nodes, failures } = await askGallery();
    expect(nodes).toEqual(others);
    expect(failures).toMatchObject([{ provider: { name: product } }]);
    expect(codes).toContain(failures[0]?.code);
  });

  it('fails once, it is asked again and nobody notices', async () => {
    systems.sandboxes[product].faults.add({ kind: 'status', status: 503, times: 1 });
    expect(await askGallery()).toEqual(whole);
  });

  it('is well again after all of that, it is whole again', async () => {
    expect(await askGallery()).toEqual(whole);
  });
});

describe('A picture that breaks off on its way', () => {
  beforeAll(open);
  afterAll(() => systems.close());

  it('is asked for again, and is still that of its system', async () => {
    const { faults, log } = systems.sandboxes.box;
    faults.add({ kind: 'truncate', path: 'thumbnail', afterBytes: 100, times: 1 });
    log.clear();
    const query =
      '{ attachment(id: "gid://box/Attachment/12345") { thumbnail(size: 32, format: JPEG) { state madeBy base64 } } }';
    expect((await systems.ask(query)).at('attachment.thumbnail')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
    expect(log.requests().filter(({ path }) => path.includes('/thumbnail.jpg'))).toHaveLength(2);
  });
});

describe('A system that is asked too much', () => {
  beforeEach(open);
  afterEach(() => systems.close());

  it.each(products)('%s, is left alone for as long as it says, and the client is told', async (product) => {
    const { faults, log } = systems.sandboxes[product];
    faults.add({ kind: 'status', status: 429, retryAfterSeconds: 60, times: 1 });
    const { failures } = await askGallery();
    expect(failures).toMatchObject([{ provider: { name: product }, code: 'PROVIDER_RATE_LIMITED' }]);
    expect(failures[0]?.retryAfterSeconds).toBeGreaterThan(50);
    log.clear();
    expect((await askGallery()).failures).toMatchObject([{ code: 'PROVIDER_RATE_LIMITED' }]);
    expect(log.requests()).toEqual([]);
  });
});
