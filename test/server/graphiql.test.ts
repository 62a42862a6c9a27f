import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { readExamples } from '../../src/server/examples.js';
import { registerGraphiql } from '../../src/server/graphiql.js';
import { execute } from '../examples/client.js';
import { drawPhoto } from '../examples/files.js';
import { UploadDocument } from '../examples/generated/graphql.js';
import { chromiumTitle, inChromium, launchChromium } from '../support/chromium.js';
import { type RunningProgram, startUnconfigured } from '../support/program.js';
import { projectDirectory } from '../support/project.js';

const browserHtml = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let directory: string;
let program: RunningProgram;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-graphiql-'));
  program = await startUnconfigured(directory);
});

afterAll(async () => {
  await program?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('GET /graphql', () => {
  it('gives the page to a browser', async () => {
    const response = await request('/graphql', { accept: browserHtml });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<title>Proofsheet</title>');
  });

  it('gives the page to no client that takes anything or prefers JSON', async () => {
    const query = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9']) {
      const response = await request(query, { accept, 'apollo-require-preflight': 'true' });
      expect([accept, await response.json()]).toEqual([accept, { data: { __typename: 'Query' } }]);
    }
  });

  it('tells caches that the answer depends on what the client accepts', async () => {
    expect((await request('/graphql', { accept: browserHtml })).headers.get('vary')).toContain('accept');
  });

  it('allows the page scripts of its own host only, and no frame around it', async () => {
    const policy = (await request('/graphql', { accept: browserHtml })).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]),
    );
  });

  it('answers HEAD with the headers alone', async () => {
    const response = await request('/graphql', { accept: browserHtml }, 'HEAD');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await response.text()).toBe('');
  });

  it('is where / leads to', async () => {
    const response = await request('/', { accept: browserHtml });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });
});

describe('Where GraphiQL is off', () => {
  it('a browser is told why, with the same care, and no other client notices', async () => {
    const app = fastify();
    await registerGraphiql(app, { directory: '', examples: '', off: 'this server does not tell its schema' });
    app.get('/graphql', async () => 'the graph');
    const page = await app.inject({ url: '/graphql', headers: { accept: browserHtml } });
    const other = await app.inject({ url: '/graphql', headers: { accept: 'application/json' } });
    await app.close();
    expect(page.body).toContain('GraphiQL is off here: this server does not tell its schema.');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(other.body).toBe('the graph');
  });
});

describe('The files of the page', () => {
  it('come compressed as the client takes it, to be kept for ever', async () => {
    const script = await scriptPath();
    for (const [accepted, sent] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await request(script, { 'accept-encoding': accepted });
      expect([accepted, response.headers.get('content-encoding')]).toEqual([accepted, sent]);
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
  });

  it('are the built ones and no others', async () => {
    const script = await scriptPath();
    for (const file of ['nothing.js', '..%2Fmanifest.json', '%2e%2e%2fmanifest.json']) {
      const response = await request(script.replace('main.js', file));
      expect([file, response.status]).toEqual([file, 404]);
    }
  });

  it('come with the licenses of what they are made of', async () => {
    const licenses = await (await request((await scriptPath()).replace('main.js', 'licenses.txt'))).text();
    for (const name of ['graphiql', 'monaco-editor', 'react-dom']) expect(licenses).toContain(`\n${name} `);
  });
});

inChromium(chromiumTitle, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  it('opens with every example as a tab', async () => {
    await withPage(browser, async ({ page }) => {
      const examples = await readExamples(join(projectDirectory, 'schema/examples'));
      const operations = examples.map(({ query }) => /^(?:query|mutation) (\w+)/m.exec(query)?.[1]);
      expect(await page.getByRole('tab').allInnerTexts()).toEqual(operations);
    });
  });

  it('runs the first example over five systems without an error', async () => {
    await withPage(browser, async ({ page }) => {
      await page.getByRole('button', { name: /^Execute query/ }).click();
      const answer = await answerOf(page);
      expect(answer).toMatchObject({ data: { attachments: { failures: [] } } });
      expect(answer).not.toHaveProperty('errors');
      const names = [...JSON.stringify(answer).matchAll(/"provider":{"id":"[^"]+","name":"([\w-]+)"/g)].map((match) => match[1]);
      expect([...new Set(names)].sort()).toEqual(['box', 'oracle-content', 'vault', 'virola', 'xelion']);
    });
  });

  it('shows the picture that a URL in the answer leads to, while the pointer is on it', async () => {
    await withPage(browser, async ({ page, complaints }) => {
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await drawn(/http[^"]+thumbnail-160[^"]+/.exec(JSON.stringify(await answerOf(page)))?.[0] ?? '');
      await page.locator('.result-window').getByText('thumbnail-160').first().hover();
      const picture = page.locator('.monaco-hover img').first();
      await picture.waitFor();
      await page.waitForFunction("document.querySelector('.monaco-hover img').naturalWidth > 0");
      expect(await picture.getAttribute('src')).toMatch(/^http:.*\/content\//);
      expect(complaints).toEqual([]);
    });
  });

  it('puts the newest attachment into the examples that need one', async () => {
    const file = await drawPhoto('newest.jpg');
    const input = { container: 'gid://vault/Folder/root', files: [{ file }] };
    const { uploadAttachments } = await execute(`${program.url}/graphql`, UploadDocument, { input });
    await withPage(browser, async ({ page }) => {
      await page.getByRole('tab', { name: 'Attachment', exact: true }).click();
      await page.locator('.graphiql-editor-tool').getByText(String(uploadAttachments.results[0]?.attachment?.id)).waitFor();
    });
  });

  it('completes what is typed from the schema', async () => {
    await withPage(browser, async ({ page }) => {
      await page.getByRole('button', { name: 'New tab' }).click();
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.type('{ provi');
      await page.locator('.suggest-widget').getByText('providers', { exact: true }).waitFor();
    });
  });

  it('sends the header that keeps other origins out, where everybody sees it', async () => {
    await withPage(browser, async ({ page }) => {
      await page.getByRole('button', { name: 'Headers' }).click();
      await page.locator('.graphiql-editor-tool').getByText('apollo-require-preflight').waitFor();
    });
  });

  it('asks no other host for anything and has nothing to complain about', async () => {
    await withPage(browser, async ({ page, foreign, complaints }) => {
      await page.getByRole('button', { name: /^Execute query/ }).click();
      await answerOf(page);
      await page.getByRole('button', { name: /^Prettify query/ }).click();
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.getByText('A GraphQL schema provides a root type').waitFor();
      expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    });
  });

  it.each(['light', 'dark'] as const)('follows a system that is %s', async (colorScheme) => {
    await withPage(
      browser,
      async ({ page }) => {
        const background = await page.evaluate<string>(
          "getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor",
        );
        const [red = 0] = /\d+/.exec(background)?.map(Number) ?? [];
        expect(red > 127 ? 'light' : 'dark').toBe(colorScheme);
      },
      { colorScheme },
    );
  });
});

interface Visit {
  readonly page: Page;
  /** Addresses asked for on hosts other than the program's. */
  readonly foreign: string[];
  /** Errors and warnings in the console, and requests that failed. */
  readonly complaints: string[];
}

/** A visitor's first time on the page: the editor is there and the schema is loaded. */
async function withPage(
  browser: Browser,
  body: (visit: Visit) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const visit: Visit = { page, foreign: [], complaints: [] };
  await context.route(
    (url) => url.origin !== program.url && url.protocol !== 'data:',
    (route) => {
      visit.foreign.push(route.request().url());
      return route.abort();
    },
  );
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) visit.complaints.push(message.text());
  });
  page.on('pageerror', (error) => visit.complaints.push(error.message));
  page.on('requestfailed', (failed) => visit.complaints.push(failed.url()));
  const introspection = page.waitForResponse(
    (response) => response.request().postData()?.includes('IntrospectionQuery') ?? false,
  );
  await page.goto(`${program.url}/graphql`);
  await introspection;
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await body(visit);
  await context.close();
}

/** Read from the editor itself, which GraphiQL leaves in a global: the page's elements hold the visible lines only. */
async function answerOf(page: Page): Promise<unknown> {
  await page.locator('.result-window').getByText('"data"').waitFor();
  const response = "__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('response.json'))";
  return JSON.parse(await page.evaluate<string>(`${response}.getValue()`));
}

/** What is drawn at once on an idle machine takes its time on a busy one, and the page does not ask twice. */
async function drawn(url: string): Promise<void> {
  const { status, headers } = await fetch(url);
  if (status !== 503) return;
  await setTimeout(Number(headers.get('retry-after')) * 1000);
  await drawn(url);
}

function request(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${program.url}${path}`, { method, headers, redirect: 'manual' });
}

async function scriptPath(): Promise<string> {
  const page = await (await request('/graphql', { accept: browserHtml })).text();
  return /src="([^"]+\/main\.js)"/.exec(page)?.[1] ?? '';
}
