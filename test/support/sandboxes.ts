import { sandboxSettings } from '../../src/composition/sandboxes.js';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { simulateOracleContent } from '../../src/sandbox/oracle-content/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';
import { simulateXelion } from '../../src/sandbox/xelion/index.js';

/** All four systems with their sample files, on free ports. */
export async function startAllSandboxes(): Promise<readonly RunningSandbox[]> {
  const systems = [simulateBox(), simulateOracleContent(), simulateXelion(), simulateVirola()];
  return Promise.all(systems.map((system) => startSandbox(system)));
}

/** A configuration with an account in each, named after its system; `credentials` in the place of the right ones. */
export function configOf(sandboxes: readonly RunningSandbox[], credentials: Readonly<Record<string, object>> = {}): string {
  const accounts = sandboxes.map((sandbox) => {
    const settings = {
      ...sandboxSettings(sandbox),
      ...(credentials[sandbox.product] && { credentials: credentials[sandbox.product] }),
    };
    return [sandbox.product, settings] as const;
  });
  return JSON.stringify({ server: { logLevel: 'debug' }, providers: Object.fromEntries(accounts) });
}
