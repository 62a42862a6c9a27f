import type { Conversion } from '../converted/conversion.js';
import { readText } from '../text/read-text.js';
import { ThreadPool } from '../threads/pool.js';
import type { TypesetJob, TypesetResults, TypesetWorkerSettings } from './jobs.js';
import { archiveTypes, fontTypes, mailType, outlookType, textTypes } from './types.js';

const isText = new Set(textTypes);

/** Sets on pages what is no document: text, code, tables, mail, lists of archives and samples of fonts, in threads of its own. */
export function createTypesetConversion(settings: TypesetWorkerSettings): Conversion {
  const program = { url: new URL('./worker.js', import.meta.url), settings, filesKeptOpen: 1 };
  const pool = new ThreadPool<TypesetJob, TypesetResults[TypesetJob['kind']]>(program, settings, {
    crashed: 'The file stopped the program that sets it on pages',
    slow: 'The file takes too long to be set on pages',
  });
  const run = async <Kind extends TypesetJob['kind']>(job: TypesetJob & { readonly kind: Kind }, signal: AbortSignal) =>
    (await pool.run(job, signal)) as TypesetResults[Kind];
  return {
    name: 'typeset',
    contentTypes: [...textTypes, mailType, outlookType, ...archiveTypes, ...fontTypes],
    queue: 'document',
    judgement: '',
    convert: ({ path, contentType, sizeBytes }, order, signal) =>
      run({ kind: 'pages', path, contentType, sizeBytes, pdfPath: order.path }, signal),
    text: async ({ path, contentType, sizeBytes }, maxChars, signal) =>
      isText.has(contentType)
        ? readText(path, maxChars, signal)
        : run({ kind: 'text', path, contentType, sizeBytes, maxChars }, signal),
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}
