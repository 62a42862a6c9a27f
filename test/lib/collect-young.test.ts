import { describe, expect, it } from '@jest/globals';
import { collectYoung } from '../../src/lib/collect-young.js';

describe('collectYoung', () => {
  it('frees buffers that nobody holds any more', async () => {
    collectYoung();
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 200; count += 1) Buffer.allocUnsafeSlow(65_536);
    collectYoung();
    // The buffers are freed in the background.
    while (process.memoryUsage().arrayBuffers > before + 2_000_000) {
      await new Promise(setImmediate);
      collectYoung();
    }
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(before + 2_000_000);
  });

  it('does not leave the collector to everybody', () => {
    collectYoung();
    expect(globalThis.gc).toBeUndefined();
  });
});
