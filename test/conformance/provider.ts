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
 * provider says it can do; that it does not have what it says it lacks is tested too. Awaited at the top of a test file.
 */
export async function describeProvider(name: string, harness: ProviderHarness): Promise<void> {
  const chosen = await chooseCases(harness);
  group(`${name} as a Provider`, () => {
    let subject: WholeSubject;
    beforeEach(async () => {
      subject = whole(await harness.start());
    });
    afterEach(() => subject.close());

    for (const { id, level, title, run, skipReason } of chosen) {
      if (skipReason === null) it(`${id} ${level}: ${title}`, () => run(subject));
      else it.skip(`${id} ${level}: ${title} (skipped: ${skipReason})`, () => {});
    }
  });
}

type ChosenCase = Case & { readonly skipReason: string | null };

/** Without the cases about the absence of something that is there: others tell how it behaves. */
async function chooseCases({ start, exceptions = {} }: ProviderHarness): Promise<readonly ChosenCase[]> {
  const { provider, close } = await start();
  const can = abilities(provider);
  await close();
  return cases
    .filter(({ lacks = [] }) => !lacks.some(can))
    .map((each) => {
      const missing = each.needs?.find((need) => !can(need));
      return { ...each, skipReason: missing === undefined ? exceptionOf(each, exceptions) : `it has no ${missing}` };
    });
}

function exceptionOf({ id, level }: Case, exceptions: Readonly<Record<string, string>>): string | null {
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
