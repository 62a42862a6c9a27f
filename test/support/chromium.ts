import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** Asks nobody for anything by itself. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `describe` where there is a Chromium; else its tests are skipped. */
export const inChromium = existsSync(executablePath) ? describe : describe.skip;

export const chromiumTitle = 'In Chromium (needs chromium: apt-get install chromium, or CHROMIUM_PATH)';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}
