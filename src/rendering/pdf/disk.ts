import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where PDFium, built for Linux, looks for installed fonts. */
const fontRoot = '/usr/share/fonts';
/** Small reads are served from blocks of this many bytes. */
const blockBytes = 65_536;

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

interface OpenFile {
  readonly fd: number;
  readonly block: Buffer;
  blockStart: number;
  blockEnd: number;
}

/**
 * The part of the machine's disk that PDFium can see: the fonts of one folder and the documents that were exposed to it, read-only
 * and synchronous. Whatever else a document may name does not exist.
 */
export class Disk {
  readonly #fontFolder: string;
  readonly #exposed = new Map<string, string>();
  readonly #files = new Map<number, OpenFile>();
  #exposedCount = 0;

  constructor(fontFolder: string) {
    this.#fontFolder = fontFolder;
  }

  /** The name under which PDFium finds the file. */
  expose(path: string): string {
    this.#exposedCount += 1;
    const name = `/document/${this.#exposedCount}`;
    this.#exposed.set(name, path);
    return name;
  }

  conceal(name: string): void {
    this.#exposed.delete(name);
  }

  /** null where there is nothing of that name. */
  stat(name: string): Stats | null {
    const path = this.#toPath(name);
    return path === null ? null : (statSync(path, { throwIfNoEntry: false }) ?? null);
  }

  /** Links to folders are left out, so that no loop is walked for ever. */
  list(name: string): readonly FolderEntry[] {
    const path = this.#toPath(name);
    if (path === null) return [];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isFile() || isLinkToFile(join(path, entry.name)))
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  }

  open(name: string): number {
    const fd = openSync(this.#toPath(name) ?? '', 'r');
    this.#files.set(fd, { fd, block: Buffer.allocUnsafeSlow(blockBytes), blockStart: 0, blockEnd: 0 });
    return fd;
  }

  /** Fills the target from the position on, and tells how many bytes there were. */
  read(fd: number, target: Uint8Array, position: number): number {
    const file = this.#files.get(fd);
    if (!file) return 0;
    if (target.length >= blockBytes) return readSync(fd, target, 0, target.length, position);
    let done = 0;
    while (done < target.length) {
      const count = copyFromBlock(file, target.subarray(done), position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(fd: number): void {
    if (this.#files.delete(fd)) closeSync(fd);
  }

  #toPath(name: string): string | null {
    const exposed = this.#exposed.get(name);
    if (exposed !== undefined) return exposed;
    if (name !== fontRoot && !name.startsWith(`${fontRoot}/`)) return null;
    return name.includes('..') ? null : join(this.#fontFolder, name.slice(fontRoot.length));
  }
}

function isLinkToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function copyFromBlock(file: OpenFile, target: Uint8Array, position: number): number {
  if (position < file.blockStart || position >= file.blockEnd) {
    file.blockStart = position - (position % blockBytes);
    file.blockEnd = file.blockStart + readSync(file.fd, file.block, 0, blockBytes, file.blockStart);
  }
  const from = position - file.blockStart;
  return Math.max(0, file.block.copy(target, 0, from, Math.max(from, file.blockEnd - file.blockStart)));
}
