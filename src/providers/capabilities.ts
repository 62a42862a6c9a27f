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
