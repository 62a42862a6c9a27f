import { access, constants, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Conversion, PdfOrder } from '../converted/conversion.js';
import { missingRenderer } from '../missing-renderer.js';
import type { SourceFile } from '../renderer.js';
import { WorkerPool } from '../threads/worker-pool.js';
import { checkSource } from './check-source.js';
import { type OfficeJob, OfficeProcess, type OfficeResult } from './office-process.js';
import { isText, officeTypes } from './office-types.js';
import { damaged, encrypted, notInstalled, notReadable, tooMuchMemory } from './refusals.js';
import type { OfficeSettings } from './settings.js';

/** Of a smaller file all pages are made in about the time that it takes to load it, which page 1 alone would take twice. */
const smallBytes = 256 * 1024;

/**
 * Makes PDFs of office documents by LibreOffice, kept running; null where it is not installed. `directory` is emptied now, and holds
 * copies of sources and what LibreOffice leaves of its own; nothing is ever written beside a source.
 */
export async function openOfficeConversion(settings: OfficeSettings, directory: string): Promise<Conversion | null> {
  await rm(directory, { recursive: true, force: true });
  if (!(await areThere(join(settings.programFolder, 'soffice.bin'), settings.python))) return null;
  // LibreOffice works in another folder.
  return new OfficeConversion(settings, resolve(directory), await versionOf(settings));
}

/** What stands for it where LibreOffice is not installed. */
export const missingOffice = missingRenderer({
  name: 'office',
  queue: 'office',
  contentTypes: officeTypes,
  missing: notInstalled,
});

class OfficeConversion implements Conversion {
  readonly name = 'office';
  readonly contentTypes = officeTypes;
  readonly queue = 'office';
  readonly judgement: string;
  readonly #settings: OfficeSettings;
  readonly #directory: string;
  readonly #pool: WorkerPool<OfficeJob, OfficeResult>;
  #folders = 0;
  #offline = false;

  constructor(settings: OfficeSettings, directory: string, judgement: string) {
    this.judgement = judgement;
    this.#settings = settings;
    this.#directory = directory;
    const onBegun = (offline: boolean) => {
      this.#offline = offline;
    };
    const start = (onExit: (ended: OfficeProcess) => void) =>
      new OfficeProcess({ ...settings, folder: this.#nextFolder('office'), onBegun }, onExit);
    this.#pool = new WorkerPool(start, settings, {
      crashed: 'The document stopped the program that draws it',
      slow: 'The document takes too long to draw',
    });
  }

  /** A text is laid out as a whole before anybody knows what is on page 1, which takes most of the time. */
  makesFirstPageSooner({ contentType, sizeBytes }: SourceFile): boolean {
    return sizeBytes > smallBytes && !isText(contentType);
  }

  async convert(source: SourceFile, order: PdfOrder, signal: AbortSignal): Promise<number | null> {
    const { maxFileBytes } = this.#settings;
    const maxPages = order.pages === 'first' ? 1 : this.#settings.maxPages;
    await checkSource(source, maxFileBytes, signal);
    const folder = this.#nextFolder('document');
    await mkdir(folder, { recursive: true });
    try {
      const job = { path: join(folder, 'document'), pdfPath: join(folder, 'document.pdf'), maxPages };
      await copyFile(source.path, job.path, constants.COPYFILE_FICLONE);
      const result = await this.#pool.run(job, signal);
      if ('problem' in result) throw toRefusal(result.problem, source.contentType);
      await rename(job.pdfPath, order.path);
      return result.pageCount > maxPages ? result.pageCount : null;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** `offline`: 1 where the latest LibreOffice had no network. What waits is told by the queue, of the same name. */
  stats(): Readonly<Record<string, number>> {
    const { opened: _opened, waiting: _waiting, ...stats } = this.#pool.stats();
    return { ...stats, offline: Number(this.#offline) };
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #nextFolder(kind: string): string {
    this.#folders += 1;
    return join(this.#directory, `${kind}-${this.#folders}`);
  }
}

/** What a newer LibreOffice reads, an older one may have refused. */
async function versionOf({ programFolder }: OfficeSettings): Promise<string> {
  return readFile(join(programFolder, 'versionrc'), 'utf8').catch(() => '');
}

function areThere(...paths: readonly string[]): Promise<boolean> {
  return Promise.all(paths.map((path) => access(path, constants.X_OK))).then(
    () => true,
    () => false,
  );
}

function toRefusal(problem: Extract<OfficeResult, { problem: unknown }>['problem'], contentType: string) {
  switch (problem) {
    case 'encrypted':
      return encrypted(contentType);
    case 'unknown':
      return notReadable(contentType);
    case 'damaged':
      return damaged(contentType);
    case 'memory':
      return tooMuchMemory(contentType);
  }
}
