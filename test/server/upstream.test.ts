import { describe, expect, it } from '@jest/globals';
import { inTemporaryDirectory, startProgram } from '../support/program.js';

describe('extensions.upstream', () => {
  it('is there for a request that asks for it by its header, and for no other', async () => {
    await inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const ask = async (headers: Record<string, string>) => {
        const body = JSON.stringify({ query: '{ attachments { nodes { id } } }' });
        const answer = await fetch(`${program.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        });
        return (await answer.json()) as { readonly extensions?: unknown };
      };
      const [asked, unasked] = [await ask({ 'x-proofsheet-upstream': '1' }), await ask({})];
      await program.stop();
      // The vault is no system upstream.
      expect(asked.extensions).toEqual({ upstream: {} });
      expect(unasked).not.toHaveProperty('extensions');
    });
  });
});
