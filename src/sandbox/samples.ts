import { readFile } from 'node:fs/promises';

/** Files that sandboxes and a new vault start with, drawn at the build by scripts/build-samples.mjs. */
export const samples = {
  'harbour.jpg': 'image/jpeg',
  'mountains.jpg': 'image/jpeg',
  'market.png': 'image/png',
  'lighthouse.webp': 'image/webp',
  'logo.svg': 'image/svg+xml',
  'floor-plan.pdf': 'application/pdf',
  'invoice.pdf': 'application/pdf',
  'floor-plan-page1.png': 'image/png',
  'floor-plan-page2.png': 'image/png',
  'floor-plan-page3.png': 'image/png',
  'notes.txt': 'text/plain',
} as const;
export type SampleName = keyof typeof samples;

export async function readSample(name: SampleName): Promise<Buffer> {
  return readFile(new URL(`samples/${name}`, import.meta.url));
}
