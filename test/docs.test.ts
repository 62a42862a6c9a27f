import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseDocument, parse as parseYaml } from 'yaml';
import { projectDirectory } from './support/project.js';

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/adapters.md', 'docs/clients.md', 'docs/gateways.md'];

const read = (path: string) => readFileSync(join(projectDirectory, path), 'utf8');

describe.each(pages)('The page %s', (page) => {
  it('links only to files that are there', () => {
    const links = [...read(page).matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(projectDirectory, dirname(page), link)))).toEqual([]);
  });

  it('has YAML that can be parsed', () => {
    const blocks = blocksOf(page, 'yaml');
    expect(blocks.flatMap((block) => parseDocument(block).errors)).toEqual([]);
  });
});

describe('The configurations of gateways', () => {
  it('stand in docs/gateways.md as in the files, which the tests run', () => {
    const shown = [...read('docs/gateways.md').matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)];
    expect(shown.map(([, file]) => file)).toEqual(expect.arrayContaining(['gateway/gateway.config.mjs', 'gateway/router.yaml']));
    for (const [, file = '', text] of shown) expect(text).toBe(read(`docs/${file}`));
  });

  it('pass on the same headers', async () => {
    const hive = await hiveHeaders();
    expect(hive).toContain('apollo-require-preflight');
    const apollo = parseYaml(read('docs/gateway/router.yaml')) as ApolloRouter;
    expect(apollo.headers.subgraphs.attachments.request.map(({ propagate }) => propagate.named).sort()).toEqual(hive);
    const cosmo = parseYaml(read('docs/gateway/cosmo-router.yaml')) as CosmoRouter;
    expect(cosmo.headers.subgraphs.attachments.request.map(({ named }) => named.toLowerCase()).sort()).toEqual(hive);
  });
});

interface RequestRules<Rule> {
  readonly headers: { readonly subgraphs: { readonly attachments: { readonly request: readonly Rule[] } } };
}
type ApolloRouter = RequestRules<{ readonly propagate: { readonly named: string } }>;
type CosmoRouter = RequestRules<{ readonly named: string }>;

interface HiveGateway {
  readonly gatewayConfig: {
    readonly propagateHeaders: { fromClientToSubgraphs(given: { request: Request; subgraphName: string }): object };
  };
}

async function hiveHeaders(): Promise<readonly string[]> {
  const { gatewayConfig }: HiveGateway = await import(join(projectDirectory, 'docs/gateway/gateway.config.mjs'));
  const request = new Request('http://localhost');
  const passedOn = gatewayConfig.propagateHeaders.fromClientToSubgraphs({ request, subgraphName: 'attachments' });
  return Object.keys(passedOn).sort();
}

function blocksOf(page: string, language: string): readonly string[] {
  return [...read(page).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');
}
