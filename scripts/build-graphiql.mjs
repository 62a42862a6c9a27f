/**
 * Bundles the page of graphiql/ with all it needs (editor, workers, styles, fonts) into dist/graphiql/<build>/, so that it asks no
 * other host for anything. <build> is a hash of all that goes in: files below it never change, and a build that is there is kept.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'graphiql');
const output = join(root, 'dist', 'graphiql');
const brotli = promisify(brotliCompress);
const manifestPath = join(output, 'manifest.json');

const name = await hashInputs();
const previous = await builtName();
if (previous !== name) await buildPage();

async function buildPage() {
  const work = join(output, `.${name}.${process.pid}`);
  const { metafile } = await bundle(work);
  try {
    await writeFile(join(work, 'licenses.txt'), await licenses(metafile));
    await compress(work);
    await rm(join(output, name), { recursive: true, force: true });
    await rename(work, join(output, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await writeFile(manifestPath, JSON.stringify({ build: name, preload: filesAtOnce(metafile) }));
  await removeAllBut([name, previous]);
}

/** package-lock.json stands for the exact version of every package that can end up in the bundle. */
async function hashInputs() {
  const sources = (await readdir(source)).sort().map((file) => join(source, file));
  const hash = createHash('sha256');
  for (const path of [fileURLToPath(import.meta.url), join(root, 'package-lock.json'), ...sources]) {
    hash.update(`${relative(root, path)}\0`).update(await readFile(path));
  }
  return hash.digest('hex').slice(0, 16);
}

async function builtName() {
  try {
    return JSON.parse(await readFile(manifestPath, 'utf8')).build;
  } catch {
    return undefined;
  }
}

function bundle(outdir) {
  return build({
    absWorkingDir: root,
    entryPoints: {
      main: 'graphiql/main.jsx',
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    metafile: true,
    assetNames: '[name]',
    plugins: [stylesOnce()],
    external: ['graphql-ws'],
    // The old addresses of the same two modules; what is there cannot be bundled.
    alias: { 'prettier/parser-babel': 'prettier/plugins/babel', 'prettier/parser-graphql': 'prettier/plugins/graphql' },
  });
}

/** graphiql/style.css holds the editor's styles already. Its fonts, all inside it, become files that a browser loads when it needs them. */
function stylesOnce() {
  return {
    name: 'styles-once',
    setup({ onResolve, onLoad }) {
      onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, () => ({ loader: 'empty', contents: '' }));
      onResolve({ filter: /^data:font\// }, ({ path }) => {
        const [, type, base64] = /^data:font\/(\w+);base64,(.*)$/.exec(path);
        const contents = Buffer.from(base64, 'base64');
        return { namespace: 'font', path: `${digest(contents)}.${type}`, pluginData: contents };
      });
      onLoad({ filter: /./, namespace: 'font' }, ({ pluginData }) => ({ loader: 'file', contents: pluginData }));
    },
  };
}

/** The scripts that a visit begins with. The page names them all, as a browser would find the editor's only after the first one ran. */
function filesAtOnce({ outputs }) {
  const first = ['graphiql/main.jsx', 'monaco-graphql/esm/monaco-editor.js', 'monaco-graphql/esm/lite.js'];
  const open = Object.keys(outputs).filter((path) => first.some((entry) => outputs[path].entryPoint?.endsWith(entry)));
  const found = new Set(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const next = outputs[path].imports.filter(({ kind, path: to }) => kind === 'import-statement' && !found.has(to));
    for (const { path: to } of next) {
      found.add(to);
      open.push(to);
    }
  }
  return [...found].map((path) => basename(path));
}

/** The license of each package that has code in the bundle, which most of them ask to go along. */
async function licenses({ inputs }) {
  const packages = new Set(Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = await Promise.all([...packages].sort().map(licenseOf));
  return texts.join(`\n\n${'-'.repeat(80)}\n\n`);
}

async function licenseOf(directory) {
  const { name, version, license } = JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8'));
  const file = (await readdir(join(root, directory))).find((entry) => /^licen[sc]e/i.test(entry));
  const text = file ? await readFile(join(root, directory, file), 'utf8') : '';
  return `${name} ${version} (${license})\n\n${text.trim()}`;
}

/** Writes what shrinks (not woff, which is compressed already) a second and a third time, so that serving it costs no work. */
async function compress(directory) {
  const files = (await readdir(directory)).filter((file) => /\.(?:js|css|ttf|txt)$/.test(file));
  await Promise.all(
    files.map(async (file) => {
      const path = join(directory, file);
      const content = await readFile(path);
      await writeFile(`${path}.br`, await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** The previous build stays for a server that runs on it; what starts with a dot is being built right now. */
async function removeAllBut(names) {
  const directories = (await readdir(output, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const others = directories.filter(({ name: directory }) => !names.includes(directory) && !directory.startsWith('.'));
  await Promise.all(others.map((entry) => rm(join(output, entry.name), { recursive: true, force: true })));
}
