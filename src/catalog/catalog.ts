import type {
  Attachment,
  AttachmentRef,
  AttachmentVersion,
  Container,
  ContainerRef,
  OpenedContent,
  ProviderKind,
  ProviderName,
} from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError, toContentError } from '../errors.js';
import { type Capabilities, describe } from '../providers/capabilities.js';
import type {
  AttachmentQuery,
  OpenOptions,
  Page,
  PageRequest,
  Provider,
  ProviderFacts,
  StatOptions,
  UploadedRendition,
} from '../providers/provider.js';
import { imageFormats, ladder } from '../rendition.js';

export interface ProviderInfo {
  readonly name: ProviderName;
  readonly kind: ProviderKind;
  readonly sandbox: boolean;
  readonly capabilities: Capabilities;
  readonly rootContainer: ContainerRef | null;
}

export interface ProviderHealth {
  readonly status: 'UP' | 'DOWN';
  readonly latencyMs: number;
  readonly checkedAt: Date;
  readonly message: string | null;
}

/** The one door to all providers for reading. What every adapter needs around it is here once. */
export class Catalog {
  readonly providers: readonly ProviderInfo[];
  readonly #providers: ReadonlyMap<ProviderName, Provider>;

  constructor(providers: readonly Provider[]) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.providers = providers.map(toInfo);
  }

  info(name: ProviderName): ProviderInfo | null {
    return this.providers.find((provider) => provider.name === name) ?? null;
  }

  async health(name: ProviderName, call: Call): Promise<ProviderHealth> {
    const startedAt = performance.now();
    const failure = await this.#provider(name)
      .check(call)
      .then(() => null, toContentError);
    return {
      status: failure ? 'DOWN' : 'UP',
      latencyMs: Math.round(performance.now() - startedAt),
      checkedAt: new Date(),
      message: failure?.message ?? null,
    };
  }

  /** null: unknown, or an unknown provider. */
  async stat(ref: AttachmentRef, options: StatOptions, call: Call): Promise<Attachment | null> {
    return (await this.#providers.get(ref.provider)?.stat(ref.id, options, call)) ?? null;
  }

  /** Current versions, in the order of refs; one call per provider where the provider can. */
  async statMany(refs: readonly AttachmentRef[], call: Call): Promise<readonly (Attachment | null | ContentError)[]> {
    const found = new Map<AttachmentRef, Attachment | null | ContentError>();
    const names = new Set(refs.map((ref) => ref.provider));
    await Promise.all(
      [...names].map(async (name) => {
        const own = refs.filter((ref) => ref.provider === name);
        const ids = own.map((ref) => ref.id);
        const answers = await this.#statManyOf(name, ids, call);
        own.forEach((ref, index) => {
          found.set(ref, answers[index] ?? null);
        });
      }),
    );
    return refs.map((ref) => found.get(ref) ?? null);
  }

  async open(ref: AttachmentRef, options: OpenOptions, call: Call): Promise<OpenedContent | null> {
    return this.#provider(ref.provider).open(ref.id, options, call);
  }

  async list(name: ProviderName, query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const list = this.method(name, 'list');
    assertFilters(this.#provider(name), query);
    return list(query, page, call);
  }

  /** null where the provider cannot tell cheaply. */
  async count(name: ProviderName, query: AttachmentQuery, call: Call): Promise<number | null> {
    return (await this.#provider(name).count?.(query, call)) ?? null;
  }

  async statContainer(ref: ContainerRef, call: Call): Promise<Container | null> {
    return (await this.#providers.get(ref.provider)?.statContainer?.(ref.type, ref.id, call)) ?? null;
  }

  /** parent null: the provider's top level. */
  async listContainers(name: ProviderName, parent: ContainerRef | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    return this.method(name, 'listContainers')(parent, page, call);
  }

  async listVersions(ref: AttachmentRef, page: PageRequest, call: Call): Promise<Page<AttachmentVersion>> {
    return this.method(ref.provider, 'listVersions')(ref.id, page, call);
  }

  async listUploadedRenditions(ref: AttachmentRef, options: StatOptions, call: Call): Promise<readonly UploadedRendition[]> {
    return (await this.#provider(ref.provider).listUploadedRenditions?.(ref.id, options, call)) ?? [];
  }

  async openUploadedRendition(ref: AttachmentRef, name: string, options: StatOptions, call: Call): Promise<OpenedContent | null> {
    return (await this.#provider(ref.provider).openUploadedRendition?.(ref.id, name, options, call)) ?? null;
  }

  /** An optional method of a provider, or NOT_SUPPORTED_BY_PROVIDER naming it. */
  method<Name extends OptionalMethod>(name: ProviderName, method: Name): NonNullable<Provider[Name]> {
    const provider = this.#provider(name);
    const found = provider[method];
    if (!found) throw new ContentError('NOT_SUPPORTED_BY_PROVIDER', `${name} cannot ${spoken(method)}`, { provider: name });
    return found.bind(provider) as NonNullable<Provider[Name]>;
  }

  /** Each provider's own counters, by its name. */
  stats(): ReadonlyMap<ProviderName, Readonly<Record<string, number>>> {
    return new Map([...this.#providers].map(([name, provider]) => [name, provider.stats?.() ?? {}]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#providers.values()].map((provider) => provider.close?.()));
  }

  #provider(name: ProviderName): Provider {
    const provider = this.#providers.get(name);
    if (!provider) throw new ContentError('NOT_FOUND', `There is no provider named "${name}"`);
    return provider;
  }

  async #statManyOf(
    name: ProviderName,
    ids: readonly string[],
    call: Call,
  ): Promise<readonly (Attachment | null | ContentError)[]> {
    const provider = this.#providers.get(name);
    if (!provider) return ids.map(() => null);
    if (provider.statMany) return provider.statMany(ids, call).catch((error) => ids.map(() => toContentError(error)));
    return Promise.all(ids.map((id) => provider.stat(id, {}, call).catch(toContentError)));
  }
}

type OptionalMethod = Exclude<
  { [Key in keyof Provider]-?: undefined extends Provider[Key] ? Key : never }[keyof Provider],
  'close' | 'stats'
>;

/** NOT_SUPPORTED_BY_PROVIDER naming the filters that a provider does not have: they are never ignored. */
function assertFilters({ name, facts }: Provider, query: AttachmentQuery): void {
  const { orderBy: _, ...filters } = query;
  const known: readonly string[] = facts.listFilters;
  const missing = Object.keys(filters).filter((filter) => !known.includes(filter));
  if (missing.length === 0) return;
  throw new ContentError('NOT_SUPPORTED_BY_PROVIDER', `${name} cannot filter by ${missing.join(', ')}`, { provider: name });
}

/** "listVersions" → "list versions". */
function spoken(method: string): string {
  return method.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function toInfo(provider: Provider): ProviderInfo {
  const facts: ProviderFacts = provider.facts;
  return {
    name: provider.name,
    kind: provider.kind,
    sandbox: facts.sandbox,
    capabilities: { ...describe(provider), pages: true, thumbnailSizes: ladder, thumbnailFormats: imageFormats },
    rootContainer: facts.rootContainer && { provider: provider.name, ...facts.rootContainer },
  };
}
