import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../src/call.js';
import { Demand, type Priority, type Task } from '../../src/rendering/demand.js';
import { openRendering } from '../../src/rendering/open-rendering.js';
import type { Renderer, RenditionOutcome } from '../../src/rendering/renderer.js';
import { openRenderers } from '../../src/rendering/renderers.js';
import type { Rendering, RenderSource } from '../../src/rendering/rendering.js';
import { renderingSettings } from '../../src/rendering/settings.js';
import type { ImageFormat, LadderSize, ThumbnailSpec } from '../../src/rendition.js';

export const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** Somebody waits; whoever shares a scope shares its turns. */
export function request(scope = 'somebody', priority: Priority = 'asked', signal = new AbortController().signal): Task {
  return { signal, demand: new Demand(priority, [scope]) };
}

export const asked: Task = request();

export interface TestRendering {
  readonly rendering: Rendering;
  readonly directory: string;
  /** The bytes as a local file of this type, under a name and a content key of its own. */
  toSource(bytes: Buffer | string, contentType: string, contentKey?: string): Promise<RenderSource>;
  /** Draws a thumbnail of the bytes. */
  draw(bytes: Buffer | string, contentType: string, size?: LadderSize, format?: ImageFormat): Promise<RenditionOutcome>;
  close(): Promise<void>;
}

export interface TestRenderingOptions {
  /** As in the configuration file. */
  readonly settings?: object;
  readonly renderers?: readonly Renderer[];
}

export async function openTestRendering(options: TestRenderingOptions = {}): Promise<TestRendering> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-rendering-'));
  const settings = renderingSettings.parse(options.settings ?? {});
  const renderers = options.renderers ?? (await openRenderers(settings, directory));
  const rendering = await openRendering({ directory, renderers, settings, log: quiet });
  let files = 0;
  const toSource = async (bytes: Buffer | string, contentType: string, contentKey?: string) => {
    files += 1;
    const name = `file-${files}`;
    await writeFile(join(directory, name), bytes);
    return fileSource(join(directory, name), contentType, contentKey ?? name);
  };
  return {
    rendering,
    directory,
    toSource,
    draw: async (bytes, contentType, size = 128, format = 'PNG') =>
      rendering.render(await toSource(bytes, contentType), thumbnail(size, format), asked),
    close: async () => {
      await rendering.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function fileSource(path: string, contentType: string, contentKey: string): RenderSource {
  const opened = { contentType, sizeBytes: null, range: null, body: { path } };
  return { contentKey, provider: 'files', contentType, sizeBytes: null, open: async () => opened };
}

export function thumbnail(size: LadderSize, format: ImageFormat = 'PNG'): ThumbnailSpec {
  return { kind: 'thumbnail', size, format };
}

export function ready(outcome: RenditionOutcome): Extract<RenditionOutcome, { state: 'READY' }> {
  if (outcome.state !== 'READY') throw new Error(`${outcome.state}: ${outcome.reason}`);
  return outcome;
}

/** Something to wait for that a test lets happen. */
export class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
