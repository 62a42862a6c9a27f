import { configuredAccounts } from '../composition/accounts.js';
import { loadConfig } from '../config.js';
import { accountChecks } from './checks/accounts.js';
import { type Outcome, runChecks } from './checks/check.js';
import { graphChecks } from './checks/graph.js';
import { machineChecks } from './checks/machine.js';

const words: Record<Outcome['state'], string> = { ok: 'ok   ', warning: 'WARN ', wrong: 'WRONG' };

/** Checks each thing that the server leans on and prints a line for each; status 1 when one is wrong. */
export async function doctor(): Promise<void> {
  const config = await loadConfig(process.env);
  const checks = [...machineChecks(config), ...graphChecks(config), ...accountChecks(configuredAccounts(config.providers))];
  const outcomes = await runChecks(checks);
  for (const [index, { state, text }] of outcomes.entries()) {
    console.log(`${words[state]} ${checks[index]?.name}: ${text}`);
  }
  process.exitCode = outcomes.some(({ state }) => state === 'wrong') ? 1 : 0;
}
