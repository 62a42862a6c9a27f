import type { Call } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Changes } from '../catalog/changes.js';
import type { Renditions } from '../catalog/renditions.js';
import type { UrlSigner } from '../identity/url-signer.js';
import { AnswerLife, WatchedUpstream } from './answer-life.js';
import { InlineBudget } from './inline-budget.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { GraphSettings } from './settings.js';

/** What the graph stands on, the same for all requests. */
export interface GraphParts {
  readonly catalog: Catalog;
  readonly renditions: Renditions;
  readonly changes: Changes;
  readonly urls: UrlSigner;
  readonly settings: GraphSettings;
}

/** What every resolver is given: the request, and what the graph stands on. */
export interface GraphContext extends Call, GraphParts {
  /** Names the request in the log and in the errors that were not expected. */
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly inline: InlineBudget;
  readonly life: AnswerLife;
  readonly upstream: WatchedUpstream;
}

export function createContext(parts: GraphParts, call: Call, requestId: string): GraphContext {
  const { inlineMaxBytes, inlineTotalBytes } = parts.settings;
  const inline = new InlineBudget(inlineMaxBytes, inlineTotalBytes);
  const life = new AnswerLife();
  const watched = { ...call, upstream: new WatchedUpstream(life, call.upstream) };
  return { ...parts, ...watched, requestId, loaders: createLoaders(parts, watched), inline, life };
}
