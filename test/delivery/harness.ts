import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { type Dispatcher, request } from 'undici';
import type { z } from 'zod';
import { Catalog } from '../../src/catalog/catalog.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import { Renditions } from '../../src/catalog/renditions.js';
import { createDelivery } from '../../src/delivery/delivery.js';
import { deliverySettings } from '../../src/delivery/settings.js';
import { createUrlSigner, type SignRequest } from '../../src/identity/url-signer.js';
import { Viewers } from '../../src/identity/viewers.js';
import type { Provider } from '../../src/providers/provider.js';
import { openRendering } from '../../src/rendering/open-rendering.js';
import { openRenderers } from '../../src/rendering/renderers.js';
import { type RenderingSettings, renderingSettings } from '../../src/rendering/settings.js';
import { PicturedShelf } from '../support/pictured-shelf.js';
import { ShelfProvider, type ShelvedFile } from '../support/shelf-provider.js';

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Buffer;
}

/** Content routes on a real server on loopback, over a provider in memory and real rendering. */
export async function startDelivery(
  settings: z.input<typeof deliverySettings> = {},
  rendering: z.input<typeof renderingSettings> = {},
) {
  const shelf = new ShelfProvider('shelf');
  const whole = new ShelfProvider('whole', false);
  const gallery = new PicturedShelf('gallery');
  const clock = { now: Date.now() };
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-delivery-'));
  const logged: string[] = [];
  const stream = { write: (line: string) => void logged.push(line) };
  const parts = await openParts([shelf, whole, gallery], directory, clock, renderingSettings.parse(rendering));
  const { log } = fastify({ logger: { level: 'debug', stream } });
  const answered: number[] = [];
  const delivery = createDelivery({
    ...parts,
    log,
    settings: deliverySettings.parse(settings),
    onAnswered: ({ status }) => void answered.push(status),
    now: () => clock.now,
  });
  const server = createServer((incoming, response) => {
    if (!delivery.tryAnswer(incoming, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    shelf,
    whole,
    gallery,
    clock,
    directory,
    origin,
    logged,
    /** The statuses of answers that were not in memory. */
    answered,
    rendering: parts.rendering,
    renditions: parts.renditions,
    ownPictures: parts.ownPictures,
    stats: () => delivery.stats(),
    pathTo: (id: string, signed: Partial<SignRequest> = {}) => parts.urls.sign({ ...sourceOf(id), ...signed }).url,
    ask: (path: string, headers: Record<string, string> = {}, method: Dispatcher.HttpMethod = 'GET') =>
      answerOf(request(origin + path, { method, headers })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await parts.rendering.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type RunningDelivery = Awaited<ReturnType<typeof startDelivery>>;

export function file(bytes: Buffer | string, more: Partial<ShelvedFile> = {}): ShelvedFile {
  return { bytes: Buffer.from(bytes), contentType: 'application/octet-stream', filename: 'file.bin', ...more };
}

/** Jest's own timeout ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function sourceOf(id: string): SignRequest {
  return {
    ref: { provider: 'shelf', id },
    version: 1,
    variant: { kind: 'source' },
    disposition: 'INLINE',
    scope: 'open',
    expiresInSeconds: 900,
    filename: 'name.bin',
  };
}

async function openParts(providers: readonly Provider[], directory: string, clock: { now: number }, settings: RenderingSettings) {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const renderers = await openRenderers(settings, directory);
  const rendering = await openRendering({ directory, renderers, settings, log: silent });
  const key = { id: 'test', secret: createSecretKey(randomBytes(32)) };
  const keys = { signing: key, find: (id: string) => (id === key.id ? key : undefined) };
  const catalog = new Catalog(providers);
  const urls = createUrlSigner({ publicUrl: '', keys, now: () => clock.now });
  const viewers = new Viewers({ sources: {}, secret: key.secret });
  const ownPictures = new OwnPictures(settings.pictures.memoryBytes);
  const renditions = new Renditions({ catalog, rendering, ownPictures, maxPictureBytes: settings.pictures.maxBytes });
  return { catalog, rendering, renditions, ownPictures, urls, viewers };
}

async function answerOf(answering: Promise<Dispatcher.ResponseData>): Promise<Answer> {
  const { statusCode, headers, body } = await answering;
  return { status: statusCode, headers, body: Buffer.from(await body.arrayBuffer()) };
}
