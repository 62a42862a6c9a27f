import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { officeSettings } from '../../../src/rendering/office/settings.js';

const { programFolder } = officeSettings.parse({});
const isThere = existsSync(`${programFolder}/soffice.bin`);

/** As `describe`, skipped loudly where LibreOffice is not installed. */
export function describeWithLibreOffice(title: string, tests: () => void): void {
  const why = ' (skipped: install libreoffice-writer-nogui, -calc-nogui, -impress-nogui and python3-uno)';
  (isThere ? describe : describe.skip)(isThere ? title : title + why, tests);
}
