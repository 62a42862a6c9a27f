import type { TypesetSettings } from './settings.js';

/** What a worker is asked. */
export type TypesetJob = {
  readonly path: string;
  readonly contentType: string;
  readonly sizeBytes: number;
} & ({ readonly kind: 'pages'; readonly pdfPath: string } | { readonly kind: 'text'; readonly maxChars: number });

/** The answer to each kind of job. */
export interface TypesetResults {
  /** How many pages the source has where the PDF holds only its first ones; null: it holds all that is known of. */
  readonly pages: number | null;
  readonly text: string;
}

export interface TypesetWorkerSettings extends TypesetSettings {
  /** Where the machine's fonts are, for scripts that those in the package lack. */
  readonly fontFolder: string;
}
