import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentError } from '../../errors.js';
import { Demand } from '../demand.js';
import type { SourceFile } from '../renderer.js';
import { SharedWork } from '../shared-work.js';
import { pipelineVersion } from '../spec-key.js';
import type { Conversion, PdfOrder } from './conversion.js';
import type { ConvertedSettings } from './settings.js';

export interface PdfRequest {
  readonly conversion: Conversion;
  readonly source: SourceFile;
  /** Those that are needed: where all are there, they are given for the first too. */
  readonly pages: PdfOrder['pages'];
}

/** The PDF of a source, there until it is released. */
export interface HeldPdf {
  readonly file: SourceFile;
  /** Of the source, where the PDF holds only its first pages; null: it holds all. */
  readonly pageCount: number | null;
  release(): void;
}

/** `converted` PDFs were made, `reused` ones were there already. */
export type ConvertedStats = Readonly<Record<'files' | 'bytes' | 'converted' | 'reused' | 'evicted', number>>;

type Counts = { -readonly [Name in keyof ConvertedStats]: ConvertedStats[Name] };

/** What the name of a file tells. */
interface FileLabel {
  readonly conversion: string;
  readonly contentKey: string;
  readonly pages: PdfOrder['pages'];
  readonly pageCount: number | null;
}

interface KeptFile extends SourceFile, FileLabel {
  holders: number;
}

/**
 * PDFs that conversions made, by conversion, content key and pages, in one folder that outlives the process and may be lost. The least
 * recently used go first; one that is in use stays.
 */
export class ConvertedFiles {
  readonly #directory: string;
  readonly #settings: ConvertedSettings;
  readonly #converting = new SharedWork<KeptFile>();
  readonly #running = new Set<Promise<KeptFile>>();
  /** By key; the least recently used comes first. */
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
  async hold(request: PdfRequest, signal: AbortSignal): Promise<HeldPdf> {
    const wanted = labelOf(request);
    const known = (await this.#find({ ...wanted, pages: 'all' })) ?? (await this.#find(wanted));
    if (known) this.#countsOf(known.conversion).reused += 1;
    // Whoever asks has had its turn: there are no more queues behind this.
    const turn = { signal, demand: new Demand('asked', []) };
    const kept = known ?? (await this.#converting.run(keyOf(wanted), turn, (task) => this.#convert(request, task.signal)));
    const evicted = this.#files.get(keyOf(kept)) !== kept;
    return evicted ? this.hold(request, signal) : this.#hold(kept);
  }

  /** Resolves when nothing is being converted any more, and nothing of it is left half done. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  stats({ name }: Conversion): ConvertedStats {
    return this.#countsOf(name);
  }

  /** In the order of their last access, as the disk tells it. */
  async #sweep(): Promise<void> {
    const found: { readonly label: FileLabel; readonly sizeBytes: number; readonly usedAt: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      const label = parseFileName(name);
      if (label) {
        const { size, atimeMs } = await stat(join(this.#directory, name));
        found.push({ label, sizeBytes: size, usedAt: atimeMs });
      } else await rm(join(this.#directory, name), { recursive: true, force: true });
    }
    found.sort((one, other) => one.usedAt - other.usedAt);
    for (const { label, sizeBytes } of found) this.#add(label, sizeBytes);
    this.#makeRoom();
  }

  async #find(label: Omit<FileLabel, 'pageCount'>): Promise<KeptFile | null> {
    const known = this.#files.get(keyOf(label));
    if (!known) return null;
    const isThere = await stat(known.path).catch(() => null);
    if (!isThere) this.#forget(known);
    return isThere && known;
  }

  #convert(request: PdfRequest, signal: AbortSignal): Promise<KeptFile> {
    const converted = this.#write(request, signal).finally(() => this.#running.delete(converted));
    this.#running.add(converted);
    return converted;
  }

  async #write(request: PdfRequest, signal: AbortSignal): Promise<KeptFile> {
    const { conversion, source } = request;
    this.#started += 1;
    const partPath = join(this.#directory, `${this.#started}.part`);
    try {
      await mkdir(this.#directory, { recursive: true });
      const pageCount = await conversion.convert(source, { path: partPath, pages: request.pages }, signal);
      signal.throwIfAborted();
      const { size } = await stat(partPath);
      this.#assertSize(size);
      const label = { ...labelOf(request), pages: pageCount === null ? 'all' : request.pages, pageCount };
      await rename(partPath, join(this.#directory, toFileName(label)));
      this.#countsOf(conversion.name).converted += 1;
      return this.#add(label, size);
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

  #add(label: FileLabel, sizeBytes: number): KeptFile {
    const path = join(this.#directory, toFileName(label));
    const former = this.#files.get(keyOf(label));
    // A source of one page that was wanted alone and as a whole at once: whoever holds it goes on.
    if (former?.path === path) return former;
    if (former) this.#forget(former);
    const kept: KeptFile = { path, contentType: 'application/pdf', sizeBytes, ...label, holders: 0 };
    this.#files.set(keyOf(label), kept);
    this.#account(kept, 1);
    return kept;
  }

  #hold(kept: KeptFile): HeldPdf {
    this.#files.delete(keyOf(kept));
    this.#files.set(keyOf(kept), kept);
    kept.holders += 1;
    this.#makeRoom();
    const release = () => {
      kept.holders -= 1;
      this.#makeRoom();
    };
    return { file: kept, pageCount: kept.pageCount, release };
  }

  #makeRoom(): void {
    for (const kept of this.#files.values()) {
      if (this.#bytes <= this.#settings.maxBytes) return;
      if (kept.holders > 0) continue;
      this.#forget(kept);
      this.#countsOf(kept.conversion).evicted += 1;
      // At once, so that it never takes its successor of the same name.
      rmSync(kept.path, { force: true });
    }
  }

  #forget(kept: KeptFile): void {
    if (this.#files.get(keyOf(kept)) !== kept) return;
    this.#files.delete(keyOf(kept));
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

function labelOf({ conversion, source, pages }: PdfRequest): Omit<FileLabel, 'pageCount'> {
  return { conversion: conversion.name, contentKey: source.contentKey, pages };
}

function keyOf({ conversion, contentKey, pages }: Omit<FileLabel, 'pageCount'>): string {
  return `${conversion}/${contentKey}/${pages}`;
}

/**
 * "office@1-<content key>.pdf"; "office@1of1887-<content key>.pdf" where it holds as many of 1,887 pages as are drawn, and
 * "office@1firstof20-<content key>.pdf" where it holds one of 20 that was wanted alone.
 */
function toFileName({ conversion, contentKey, pages, pageCount }: FileLabel): string {
  const held = pageCount === null ? '' : `${pages === 'first' ? 'first' : ''}of${pageCount}`;
  return `${conversion}@${pipelineVersion}${held}-${contentKey}.pdf`;
}

const fileName =
  /^(?<conversion>[a-zA-Z0-9]+)@(?<version>\d+)(?:(?<first>first)?of(?<pageCount>\d+))?-(?<contentKey>[A-Za-z0-9._-]+)\.pdf$/;

/** null for a file that is none of these, or of another version. */
function parseFileName(name: string): FileLabel | null {
  const { conversion, version, first, pageCount, contentKey } = fileName.exec(name)?.groups ?? {};
  if (conversion === undefined || contentKey === undefined || version !== String(pipelineVersion)) return null;
  const pages = first === undefined ? 'all' : 'first';
  return { conversion, contentKey, pages, pageCount: pageCount === undefined ? null : Number(pageCount) };
}
