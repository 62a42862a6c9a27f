import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentError } from '../../errors.js';
import { Demand } from '../demand.js';
import type { SourceFile } from '../renderer.js';
import { SharedWork } from '../shared-work.js';
import { pipelineVersion } from '../spec-key.js';
import type { Conversion } from './conversion.js';
import type { ConvertedSettings } from './settings.js';

/** The PDF of a source, there until it is released. */
export interface HeldPdf {
  readonly file: SourceFile;
  release(): void;
}

/** `converted` PDFs were made, `reused` ones were there already. */
export type ConvertedStats = Readonly<Record<'files' | 'bytes' | 'converted' | 'reused' | 'evicted', number>>;

type Counts = { -readonly [Name in keyof ConvertedStats]: ConvertedStats[Name] };

interface KeptFile extends SourceFile {
  readonly conversion: string;
  holders: number;
}

/** "office@1-sha256-…pdf" */
const fileName = /^([a-zA-Z0-9]+)@(\d+)-([A-Za-z0-9._-]+)\.pdf$/;

/**
 * PDFs that conversions made, by conversion and content key, in one folder that outlives the process and may be lost. The least
 * recently used go first; one that is in use stays.
 */
export class ConvertedFiles {
  readonly #directory: string;
  readonly #settings: ConvertedSettings;
  readonly #converting = new SharedWork<KeptFile>();
  /** By name; the least recently used comes first. */
  readonly #files = new Map<string, KeptFile>();
  readonly #counts = new Map<string, Counts>();
  #bytes = 0;
  #started = 0;

  private constructor(directory: string, settings: ConvertedSettings) {
    this.#directory = directory;
    this.#settings = settings;
  }

  /** Finds again what an earlier process made; what it left half-done, or what looked different then, is removed. */
  static async open(directory: string, settings: ConvertedSettings): Promise<ConvertedFiles> {
    await mkdir(directory, { recursive: true });
    const files = new ConvertedFiles(directory, settings);
    await files.#sweep();
    return files;
  }

  /** The PDF that is here, else a new one. Fails as the conversion does; UNSUPPORTED_MEDIA_TYPE over maxFileBytes. */
  async hold(conversion: Conversion, source: SourceFile, signal: AbortSignal): Promise<HeldPdf> {
    const name = `${conversion.name}@${pipelineVersion}-${source.contentKey}.pdf`;
    const known = await this.#find(name);
    if (known) this.#countsOf(known.conversion).reused += 1;
    // Whoever asks has had its turn: there are no more queues behind this.
    const request = { signal, demand: new Demand('asked', []) };
    const kept =
      known ?? (await this.#converting.run(name, request, (task) => this.#convert(conversion, source, name, task.signal)));
    const evicted = this.#files.get(name) !== kept;
    return evicted ? this.hold(conversion, source, signal) : this.#hold(name, kept);
  }

  stats({ name }: Conversion): ConvertedStats {
    return this.#countsOf(name);
  }

  /** In the order of their last access, as the disk tells it. */
  async #sweep(): Promise<void> {
    const found: { name: string; conversion: string; contentKey: string; sizeBytes: number; usedAt: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      const [, conversion, version, contentKey] = fileName.exec(name) ?? [];
      if (conversion === undefined || contentKey === undefined || version !== String(pipelineVersion)) {
        await rm(join(this.#directory, name), { recursive: true, force: true });
      } else {
        const { size, atimeMs } = await stat(join(this.#directory, name));
        found.push({ name, conversion, contentKey, sizeBytes: size, usedAt: atimeMs });
      }
    }
    found.sort((one, other) => one.usedAt - other.usedAt);
    for (const { name, conversion, contentKey, sizeBytes } of found) this.#add(name, conversion, contentKey, sizeBytes);
    this.#makeRoom();
  }

  async #find(name: string): Promise<KeptFile | null> {
    const known = this.#files.get(name);
    if (!known) return null;
    const isThere = await stat(known.path).catch(() => null);
    if (!isThere) this.#forget(name, known);
    return isThere && known;
  }

  async #convert(conversion: Conversion, source: SourceFile, name: string, signal: AbortSignal): Promise<KeptFile> {
    this.#started += 1;
    const partPath = join(this.#directory, `${this.#started}.part`);
    try {
      await mkdir(this.#directory, { recursive: true });
      await conversion.convert(source, partPath, signal);
      signal.throwIfAborted();
      const { size } = await stat(partPath);
      this.#assertSize(size);
      await rename(partPath, join(this.#directory, name));
      this.#countsOf(conversion.name).converted += 1;
      return this.#add(name, conversion.name, source.contentKey, size);
    } finally {
      await rm(partPath, { force: true });
    }
  }

  #assertSize(sizeBytes: number): void {
    const limit = Math.min(this.#settings.maxFileBytes, this.#settings.maxBytes);
    if (sizeBytes <= limit) return;
    const mebibytes = Math.floor(limit / 1024 ** 2);
    throw new ContentError('UNSUPPORTED_MEDIA_TYPE', `Its pages take more than ${mebibytes} MiB, which is the limit`);
  }

  #add(name: string, conversion: string, contentKey: string, sizeBytes: number): KeptFile {
    const path = join(this.#directory, name);
    const former = this.#files.get(name);
    if (former) this.#forget(name, former);
    const kept: KeptFile = { path, contentType: 'application/pdf', sizeBytes, contentKey, conversion, holders: 0 };
    this.#files.set(name, kept);
    this.#account(kept, 1);
    return kept;
  }

  #hold(name: string, kept: KeptFile): HeldPdf {
    this.#files.delete(name);
    this.#files.set(name, kept);
    kept.holders += 1;
    this.#makeRoom();
    const release = () => {
      kept.holders -= 1;
      this.#makeRoom();
    };
    return { file: kept, release };
  }

  #makeRoom(): void {
    for (const [name, kept] of this.#files) {
      if (this.#bytes <= this.#settings.maxBytes) return;
      if (kept.holders > 0) continue;
      this.#forget(name, kept);
      this.#countsOf(kept.conversion).evicted += 1;
      // At once, so that it never takes its successor of the same name.
      rmSync(kept.path, { force: true });
    }
  }

  #forget(name: string, kept: KeptFile): void {
    if (this.#files.get(name) !== kept) return;
    this.#files.delete(name);
    this.#account(kept, -1);
  }

  #account({ conversion, sizeBytes }: KeptFile, files: 1 | -1): void {
    const counts = this.#countsOf(conversion);
    counts.files += files;
    counts.bytes += files * sizeBytes;
    this.#bytes += files * sizeBytes;
  }

  #countsOf(conversion: string): Counts {
    const counts = this.#counts.get(conversion) ?? { files: 0, bytes: 0, converted: 0, reused: 0, evicted: 0 };
    this.#counts.set(conversion, counts);
    return counts;
  }
}
