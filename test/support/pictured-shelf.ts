import type { Attachment } from '../../src/attachment.js';
import type { ProviderPicture } from '../../src/providers/provider.js';
import { type RenditionSpec, variantKey } from '../../src/rendition.js';
import { ShelfProvider, type ShelvedFile } from './shelf-provider.js';

type Script = (spec: RenditionSpec) => ProviderPicture | null | Promise<ProviderPicture | null>;

/** A shelf whose system has pictures of its files, as each test scripts them. It notes what it is asked for. */
export class PicturedShelf extends ShelfProvider {
  /** Variants asked for, in order. */
  readonly asked: string[] = [];
  readonly #scripts = new Map<string, Script>();

  constructor(name: string) {
    super(name, true, ['thumbnail', 'page']);
  }

  put(id: string, file: ShelvedFile, picture: Script): void {
    this.files.set(id, file);
    this.#scripts.set(id, picture);
  }

  async readRendition({ id }: Attachment, spec: RenditionSpec): Promise<ProviderPicture | null> {
    this.asked.push(variantKey(spec));
    return (await this.#scripts.get(id)?.(spec)) ?? null;
  }
}

export function offered(bytes: Buffer, sizeCap: number | null = null): ProviderPicture {
  return { state: 'READY', bytes, sizeCap };
}
