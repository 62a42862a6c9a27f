import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { z } from 'zod';
import { type Example, readExamples } from './examples.js';
import { addVary } from './vary.js';

export interface GraphiqlOptions {
  /** Where the build left the page: a manifest and a folder of files. */
  readonly directory: string;
  /** The folder of the operations that the page opens with, as readExamples reads it. */
  readonly examples: string;
  /** Why it is off, in a sentence; null where it is on. */
  readonly off: string | null;
}

/**
 * Serves GraphiQL to browsers that open /graphql; every other request there goes on to the graph. The page asks this server and
 * no other for anything. Where it is off, a page says why. Rejects when the page has not been built.
 */
export async function registerGraphiql(app: FastifyInstance, { directory, examples, off }: GraphiqlOptions): Promise<void> {
  if (off !== null) return servePage(app, renderNotice(off));
  const built = await openBuild(directory);
  servePage(app, renderPage(built, await readExamples(examples)));
  app.get<{ Params: { file: string } }>(`/graphiql/${built.name}/:file`, async (request, reply) =>
    built.files.has(request.params.file) ? sendFile(request, reply, built, request.params.file) : reply.callNotFound(),
  );
}

function servePage(app: FastifyInstance, page: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isForGraphql(request)) return;
    addVary(reply, ['accept']);
    if (prefersHtml(request)) return sendPage(reply, page);
  });
  app.get('/', async (_, reply) => reply.redirect('/graphql'));
}

interface Build {
  /** Changes with every byte of the files, so that they may be cached for ever. */
  readonly name: string;
  readonly directory: string;
  /** Scripts that every visit needs. */
  readonly preload: readonly string[];
  readonly files: ReadonlySet<string>;
}

const manifest = z.object({ build: z.string().regex(/^[0-9a-f]+$/), preload: z.array(z.string()) });

async function openBuild(directory: string): Promise<Build> {
  const text = await readFile(join(directory, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw new Error(`GraphiQL has not been built into ${directory}: run "npm run build"`, { cause });
  });
  const { build: name, preload } = manifest.parse(JSON.parse(text));
  const files = await readdir(join(directory, name));
  return { name, preload, directory: join(directory, name), files: new Set(files) };
}

function isForGraphql(request: FastifyRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && /^\/graphql(?:\?|$)/.test(request.url);
}

/** A client that takes anything gets the graph's answer: it stands first. */
function prefersHtml(request: FastifyRequest): boolean {
  const offered = ['application/graphql-response+json', 'application/json', 'text/html'];
  return new Negotiator(request).mediaType(offered) === 'text/html';
}

/** The editor sets styles on the elements it makes, and its styles hold small pictures; scripts are the built files only. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('content-security-policy', pagePolicy)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page);
}

function renderPage(built: Build, examples: readonly Example[]): string {
  const preloads = built.preload.map((file) => `<link rel="modulepreload" href="/graphiql/${built.name}/${file}">`);
  const head = `<link rel="stylesheet" href="/graphiql/${built.name}/main.css">
${preloads.join('\n')}
<script type="module" src="/graphiql/${built.name}/main.js"></script>
<script type="application/json" id="examples">${toScriptText(examples)}</script>
`;
  const body = `<div id="graphiql"></div>
<noscript>GraphiQL needs JavaScript. The graph answers to GET and POST on this address.</noscript>`;
  return renderDocument(head, body);
}

/** `why` is one of our own sentences. */
function renderNotice(why: string): string {
  return renderDocument('', `<p>GraphiQL is off here: ${why}. The graph answers to GET and POST on this address.</p>`);
}

function renderDocument(head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Proofsheet</title>
<link rel="icon" href="data:,">
${head}</head>
<body>
${body}
</body>
</html>
`;
}

/** JSON that no text within can end the script element with. */
function toScriptText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** In our order of preference; the ending is that of the file that the build wrote beside the plain one. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
];

async function sendFile(request: FastifyRequest, reply: FastifyReply, built: Build, file: string): Promise<FastifyReply> {
  const accepted = new Negotiator(request).encodings(encodings.map((encoding) => encoding.name));
  const encoding = encodings.find(({ name, ending }) => accepted.includes(name) && built.files.has(file + ending));
  if (encoding) reply.header('content-encoding', encoding.name);
  return reply
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('vary', 'accept-encoding')
    .header('x-content-type-options', 'nosniff')
    .type(contentTypes[extname(file)] ?? 'application/octet-stream')
    .send(await readFile(join(built.directory, file + (encoding?.ending ?? ''))));
}
