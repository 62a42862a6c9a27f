import type { ImageFormat } from '../rendition.js';
import type { Provider } from './provider.js';

/** What a provider can do by itself. The catalog adds what is drawn here. */
export interface Capabilities {
  readonly list: boolean;
  readonly search: boolean;
  readonly upload: boolean;
  readonly delete: boolean;
  readonly restore: boolean;
  readonly versions: boolean;
  readonly pages: boolean;
  readonly uploadedRenditions: boolean;
  readonly ranges: boolean;
  readonly links: boolean;
  readonly digests: boolean;
  readonly events: boolean;
  readonly resumableUpload: boolean;
  readonly thumbnailSizes: readonly number[];
  readonly thumbnailFormats: readonly ImageFormat[];
  readonly maxUploadBytes: number | null;
}

/** Joins the methods an adapter has with the facts it states. Graph, command line, README and conformance suite read only this. */
export function describe(provider: Provider): Capabilities {
  const { facts } = provider;
  return {
    list: provider.list !== undefined,
    search: provider.list !== undefined && facts.listFilters.includes('text'),
    upload: provider.write !== undefined,
    delete: provider.remove !== undefined,
    restore: provider.restore !== undefined,
    versions: provider.listVersions !== undefined,
    pages: facts.pictures.includes('page'),
    uploadedRenditions: provider.listUploadedRenditions !== undefined,
    ranges: facts.openWithRange,
    links: false,
    digests: facts.digests,
    events: false,
    resumableUpload: false,
    thumbnailSizes: [],
    thumbnailFormats: [],
    maxUploadBytes: facts.writeMaxBytes,
  };
}

/** Throws an Error that names the provider and all that its methods and facts contradict each other in. */
export function assertConsistent(provider: Provider): void {
  const contradictions = [...lonelyMethods(provider), ...idleFacts(provider)];
  if (contradictions.length === 0) return;
  throw new Error(`The provider "${provider.name}" contradicts itself: ${contradictions.join('; ')}`);
}

/** Methods that make no sense without another one. */
const companions = [
  ['count', 'list'],
  ['listContainers', 'statContainer'],
  ['createContainer', 'statContainer'],
  ['restoreVersion', 'listVersions'],
  ['writeVersion', 'write'],
  ['listUploadedRenditions', 'openUploadedRendition'],
  ['openUploadedRendition', 'listUploadedRenditions'],
  ['writeRendition', 'listUploadedRenditions'],
  ['removeRendition', 'listUploadedRenditions'],
  ['restore', 'remove'],
] as const;

function lonelyMethods(provider: Provider): readonly string[] {
  return companions
    .filter(([method, companion]) => provider[method] && !provider[companion])
    .map(([method, companion]) => `it has ${method} without ${companion}`);
}

/** Facts about a method that is not there, and methods without the facts that their callers need. */
function idleFacts({ facts, list, readRendition, write, statContainer }: Provider): readonly string[] {
  const { listOrders, listFilters, pictures, writeMaxBytes, rootContainer } = facts;
  return [
    ...(list && listOrders.length === 0 ? ['it has list, and its listOrders are empty'] : []),
    ...(!list && listOrders.length > 0 ? ['it states listOrders without list'] : []),
    ...(!list && listFilters.length > 0 ? ['it states listFilters without list'] : []),
    ...(readRendition && pictures.length === 0 ? ['it has readRendition, and its pictures are empty'] : []),
    ...(!readRendition && pictures.length > 0 ? ['it states pictures without readRendition'] : []),
    ...(!write && writeMaxBytes !== null ? ['it states writeMaxBytes without write'] : []),
    ...(!statContainer && rootContainer !== null ? ['it states a rootContainer without statContainer'] : []),
  ];
}
