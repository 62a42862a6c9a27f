import { z } from 'zod';
import type { Call } from '../../call.js';
import { openViewer } from '../../identity/viewer.js';
import { AdmissionLane } from './admission-lane.js';

export const admissionSettings = z.strictObject({
  /** An operation that costs no more does not wait for dearer ones. */
  lightCost: z.int().min(1).default(1000),
  /** Cost of the operations that run at once; so much of light ones, and as much of dearer ones. */
  maxCost: z.int().min(1).default(120_000),
  /** The same of one viewer; of one address, where viewers are not told apart. */
  maxCostPerViewer: z.int().min(1).default(80_000),
  /** Operations that wait for their turn, light ones and dearer ones each. One more is answered OVERLOADED. */
  maxWaiting: z.int().min(0).max(100_000).default(1000),
  /** An operation whose turn does not come within this time is answered OVERLOADED. */
  waitMs: z.int().min(0).max(600_000).default(5000),
});

export type AdmissionSettings = z.infer<typeof admissionSettings>;

/** Lets operations run as many at once as the server can bear, in fairness. Dear ones cannot hold up light ones. */
export class Admission {
  readonly #lightCost: number;
  readonly #light: AdmissionLane;
  readonly #heavy: AdmissionLane;

  constructor({ lightCost, ...lane }: AdmissionSettings) {
    this.#lightCost = lightCost;
    this.#light = new AdmissionLane(lane);
    this.#heavy = new AdmissionLane(lane);
  }

  /** Resolves when the operation may run, with what tells that it has ended. OVERLOADED when its turn does not come. */
  admit(cost: number, { viewer, address, signal }: Pick<Call, 'viewer' | 'address' | 'signal'>): Promise<() => void> {
    const lane = cost <= this.#lightCost ? this.#light : this.#heavy;
    const who = viewer.scope === openViewer.scope ? `${address}` : viewer.scope;
    return lane.enter(who, cost, signal);
  }

  stats(): Readonly<Record<string, number>> {
    const light = Object.entries(this.#light.stats()).map(([name, value]) => [`light${capitalised(name)}`, value]);
    const heavy = Object.entries(this.#heavy.stats()).map(([name, value]) => [`heavy${capitalised(name)}`, value]);
    return Object.fromEntries([...light, ...heavy]);
  }
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
