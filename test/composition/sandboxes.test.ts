import { describe, expect, it } from '@jest/globals';
import { openAccount } from '../../src/composition/accounts.js';
import { accountOfSandbox, closeSandboxes, startSandboxes } from '../../src/composition/sandboxes.js';
import { call, incoming } from '../support/vault.js';

describe('The account that a sandbox has for everybody', () => {
  it.each([
    ['box', 'All Files'],
    ['oracle-content', 'Home'],
    ['xelion', 'Harbour trip'],
    ['virola', 'General'],
  ] as const)('takes uploads that name no place: %s into "%s"', async (product, name) => {
    const sandboxes = await startSandboxes([product]);
    const [sandbox] = sandboxes;
    const provider = sandbox && (await openAccount(accountOfSandbox(sandbox)));
    const root = provider?.facts.rootContainer;
    if (!root) throw new Error('There is no such place');
    expect(await provider.statContainer?.(root.type, root.id, call)).toMatchObject({ name });
    const upload = { ...incoming('hello'), container: root, filename: 'new file.txt', onCollision: 'FAIL' } as const;
    expect(await provider.write?.(upload, call)).toMatchObject({ filename: 'new file.txt', state: 'READY' });
    await provider.close?.();
    await closeSandboxes(sandboxes);
  });
});
