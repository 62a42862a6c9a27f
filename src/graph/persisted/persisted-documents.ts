import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type ParseOptions,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { AutomaticDocuments } from './automatic-documents.js';
import { type ListedDocument, readManifest } from './manifest.js';
import type { PersistedSettings } from './settings.js';

/** What every request's document is held to, and so must be what a manifest lists. */
export interface DocumentRules {
  readonly schema: GraphQLSchema;
  readonly parseOptions: ParseOptions;
  readonly validationRules: readonly ValidationRule[];
}

/** Everything that is wrong with the manifests, a line each. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Documents that requests may name by an id instead of bringing them along. */
export class PersistedDocuments {
  /** Nothing but listed documents may be executed. */
  readonly only: boolean;
  /** Those that clients registered; null where none are taken. */
  readonly automatic: AutomaticDocuments | null;
  readonly #byId: ReadonlyMap<string, string>;
  readonly #texts: ReadonlySet<string>;

  constructor(listed: readonly ListedDocument[], { only, automaticBytes }: Pick<PersistedSettings, 'only' | 'automaticBytes'>) {
    this.only = only;
    this.automatic = automaticBytes > 0 && !only ? new AutomaticDocuments(automaticBytes) : null;
    this.#texts = new Set(listed.map(({ text }) => text));
    const byDigest = [...this.#texts].map((text) => [sha256(text), text] as const);
    this.#byId = new Map([...byDigest, ...listed.map(({ id, text }) => [bare(id), text] as const)]);
  }

  /** The listed document of this id: its SHA-256, with or without "sha256:", or the hash that the manifest has for it. */
  listed(id: string): string | undefined {
    return this.#byId.get(bare(id));
  }

  /** Whether a manifest lists this very text. */
  lists(text: string): boolean {
    return this.#texts.has(text);
  }

  stats(): Readonly<Record<string, number>> {
    return { listed: this.#texts.size, ...this.automatic?.stats() };
  }
}

/** Reads the manifests and checks each of their documents. ManifestError names every problem at once. */
export async function openPersistedDocuments(settings: PersistedSettings, rules: DocumentRules): Promise<PersistedDocuments> {
  const problems: string[] = [];
  const listed: ListedDocument[] = [];
  for (const path of settings.manifests) {
    const documents = await readManifest(path).catch((error: Error) => void problems.push(`${path} ${error.message}`));
    for (const document of documents ?? []) {
      listed.push(document);
      problems.push(...problemsOf(document, rules).map((problem) => `${path}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return new PersistedDocuments(listed, settings);
}

/** In hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Without the prefix of the specification, which Relay and Apollo's clients do without. */
export function bare(id: string): string {
  return id.replace(/^sha256:/, '');
}

function problemsOf({ id, text }: ListedDocument, rules: DocumentRules): readonly string[] {
  const named = (name: string, problems: readonly string[]) => problems.map((problem) => `${name} (${id}): ${problem}`);
  try {
    const document = parse(text, rules.parseOptions);
    return named(nameOf(document), [...hashProblems(id, text), ...documentProblems(document, rules)]);
  } catch (error) {
    return named('a document', [error instanceof GraphQLError ? error.message : String(error)]);
  }
}

function nameOf({ definitions }: DocumentNode): string {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operations[0]?.name?.value ?? 'a document without a name';
}

/** By the length of what they give in hexadecimal. Relay's compiler takes MD5 unless told; codegen can be told to take SHA-1. */
const algorithms: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

function hashProblems(id: string, text: string): readonly string[] {
  const hash = bare(id);
  const algorithm = algorithms[hash.length];
  const isRight = algorithm !== undefined && createHash(algorithm).update(text).digest('hex') === hash;
  return isRight ? [] : ['the id must be the SHA-256 (or SHA-1, or MD5) of the document, in lower-case hexadecimal'];
}

/** Of a document that is over a limit, the rules leave nothing: it is looked into first. */
function documentProblems(document: DocumentNode, { schema, validationRules }: DocumentRules): readonly string[] {
  if (document.definitions.every(({ kind }) => kind !== Kind.OPERATION_DEFINITION)) return ['has no operation'];
  return validate(schema, document, [...specifiedRules, ...validationRules]).map(({ message }) => message);
}
