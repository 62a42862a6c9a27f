import { afterEach, beforeEach, describe as group, it } from '@jest/globals';
import { type Capabilities, describe } from '../../src/providers/capabilities.js';
import type { Provider } from '../../src/providers/provider.js';
import type { Case, OptionalMethod, ProviderSubject, WholeSubject } from './provider/case.js';
import { containerCases } from './provider/containers.js';
import { listingCases } from './provider/listing.js';
import { readingCases } from './provider/reading.js';
import { removingCases } from './provider/removing.js';
import { renditionCases } from './provider/renditions.js';
import { versionCases } from './provider/versions.js';
import { writingCases } from './provider/writing.js';

export type { ProviderSubject, SeedFile } from './provider/case.js';
export { pictureOptions } from './provider/case.js';

export interface ProviderHarness {
  /** An empty account of the system. */
  start(): Promise<ProviderSubject>;
  /** Cases that this system cannot pass, by id, and why. Only for SHOULD and MAY. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  ...readingCases,
  ...listingCases,
  ...containerCases,
  ...writingCases,
  ...versionCases,
  ...removingCases,
  ...renditionCases,
];

/**
 * What the comments of the Provider port promise, for every adapter: a harness and one call. The cases are chosen by what the
 * provider says it can do, and the title tells what it cannot; that it does not have what it says it lacks is tested too. Awaited
 * at the top of a test file.
 */
export async function describeProvider(name: string, harness: ProviderHarness): Promise<void> {
  const { chosen, missing } = await chooseCases(harness);
  group(`${name} as a Provider${missing.length > 0 ? ` without ${missing.join(', ')}` : ''}`, () => {
    let subject: WholeSubject;
    beforeEach(async () => {
      subject = whole(await harness.start());
    });
    afterEach(() => subject.close());

    for (const each of chosen) {
      const title = `${each.id} ${each.level}: ${each.title}`;
      const exception = exceptionOf(each, harness.exceptions);
      if (exception === null) it(title, () => each.run(subject));
      else it.skip(`${title} (skipped: ${exception})`, () => {});
    }
  });
}

interface Choice {
  readonly chosen: readonly Case[];
  /** What cases need that this provider does not have. */
  readonly missing: readonly string[];
}

async function chooseCases({ start }: ProviderHarness): Promise<Choice> {
  const { provider, close } = await start();
  const can = abilities(provider);
  await close();
  const chosen = cases.filter(({ needs = [], lacks = [] }) => needs.every(can) && !lacks.some(can));
  const needed = new Set(cases.flatMap(({ needs = [] }) => needs));
  return { chosen, missing: [...needed].filter((need) => !can(need)) };
}

function exceptionOf({ id, level }: Case, exceptions: ProviderHarness['exceptions'] = {}): string | null {
  const reason = exceptions[id] ?? null;
  if (reason !== null && level === 'MUST') throw new Error(`There is no exception from a MUST: ${id}`);
  return reason;
}

function abilities(provider: Provider): (need: keyof Capabilities | OptionalMethod) => boolean {
  const capabilities = describe(provider);
  return (need) => (need in capabilities ? capabilities[need as keyof Capabilities] === true : need in provider);
}

/** A case only uses methods that it names as needs, or that come with them. */
function whole(subject: ProviderSubject): WholeSubject {
  return subject as WholeSubject;
}
