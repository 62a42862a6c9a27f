import { LRUCache } from 'lru-cache';
import { type ThumbnailSpec, variantKey } from '../../rendition.js';
import type { Task } from '../demand.js';
import { encode } from '../image/encode.js';
import { sharp } from '../image/sharp.js';
import type { RenderQueue } from '../queue.js';
import type { RenderedImage } from '../renderer.js';
import { SharedWork } from '../shared-work.js';
import { drawIcon } from './drawings.js';
import { type Family, familyOf } from './families.js';

/** More than all icons in one format and every size take. */
const maxBytes = 8 * 1024 ** 2;

/** Icons that stand in for files of which there is no picture: one for each family of types, drawn once and kept in memory. */
export class Icons {
  readonly #queue: RenderQueue;
  readonly #drawing = new SharedWork<RenderedImage>();
  readonly #kept = new LRUCache<string, RenderedImage>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes.length });
  #drawn = 0;

  constructor(queue: RenderQueue) {
    this.#queue = queue;
  }

  /** null: not drawn yet. Synchronous. */
  find(contentType: string, spec: ThumbnailSpec): RenderedImage | null {
    return this.#kept.get(keyOf(familyOf(contentType), spec)) ?? null;
  }

  /** A square of just the size that is asked for. OVERLOADED when too much is being drawn. */
  async draw(contentType: string, spec: ThumbnailSpec, request: Task): Promise<RenderedImage> {
    const family = familyOf(contentType);
    const key = keyOf(family, spec);
    return (
      this.#kept.get(key) ??
      this.#drawing.run(key, request, (task) =>
        this.#queue.run(task, async () => {
          const icon = await toImage(family, spec);
          this.#drawn += 1;
          this.#kept.set(key, icon);
          return icon;
        }),
      )
    );
  }

  stats(): Readonly<Record<string, number>> {
    return { kept: this.#kept.size, bytes: this.#kept.calculatedSize, drawn: this.#drawn };
  }
}

function keyOf(family: Family, spec: ThumbnailSpec): string {
  return `${family}-${variantKey(spec)}`;
}

async function toImage(family: Family, { size, format }: ThumbnailSpec): Promise<RenderedImage> {
  const bytes = await encode(sharp(Buffer.from(drawIcon(family, size))), format).toBuffer();
  return { format, width: size, height: size, bytes };
}
