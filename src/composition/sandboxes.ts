import type { z } from 'zod';
import { simulate } from '../sandbox/products.js';
import { type Product, type RunningSandbox, startSandbox } from '../sandbox/simulator.js';
import { accountSettings } from './account-settings.js';
import { type Account, sandboxAccount } from './accounts.js';

type Address = Pick<RunningSandbox, 'product' | 'url'>;

/**
 * Settings of the account that a sandbox has for everybody, as a configuration would have them. Uploads go to Xelion's group chat
 * "Harbour trip" and Virola's room "General" where no other place is named.
 */
export function sandboxSettings({ product, url }: Address): z.input<typeof accountSettings> {
  const credentials = { mode: 'service', token: 'sandbox-token' } as const;
  switch (product) {
    case 'box':
      return { kind: product, baseUrl: url, uploadUrl: `${url}/api`, credentials };
    case 'xelion':
      return { kind: product, baseUrl: `${url}/api/v1/master`, uploadRoom: '1899002', credentials };
    case 'virola':
      return { kind: product, baseUrl: url, uploadRoom: 2, credentials };
    default:
      return { kind: product, baseUrl: url, credentials };
  }
}

/** That account, mounted under the name of its system. */
export function accountOfSandbox(address: Address): Account {
  return sandboxAccount(address.product, accountSettings.parse(sandboxSettings(address)));
}

/** On free loopback ports, side by side. When one cannot start, none is left. */
export async function startSandboxes(wanted: readonly Product[]): Promise<readonly RunningSandbox[]> {
  const starts = await Promise.allSettled(wanted.map(async (product) => startSandbox(await simulate(product))));
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (!failed) return running;
  await closeSandboxes(running);
  throw failed.reason;
}

export async function closeSandboxes(sandboxes: readonly RunningSandbox[]): Promise<void> {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
}
