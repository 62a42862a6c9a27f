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
import { assertConsistent, type Capabilities, describe } from '../providers/capabilities.js';
import type {
  AttachmentQuery,
  OpenOptions,
  Page,
  PageRequest,
  PictureOptions,
  Provider,
  ProviderFacts,
  ProviderPicture,
  StatOptions,
  UploadedRendition,
} from '../providers/provider.js';
import { imageFormats, ladder, type RenditionSpec } from '../rendition.js';
import { checkHealth, type ProviderHealth } from './health.js';
import { type ListingSettings, listingSettings } from './settings.js';

export interface ProviderInfo {
  readonly name: ProviderName;
  readonly kind: ProviderKind;
  readonly sandbox: boolean;
  readonly capabilities: Capabilities;
  readonly rootContainer: ContainerRef | null;
  /** Pictures of the system's own, and orders of its lists. */
  readonly facts: Pick<ProviderFacts, 'pictures' | 'listOrders'>;
}

export type { ProviderHealth } from './health.js';

/** The one door to all providers for reading. What every adapter needs around it is here once. */
export class Catalog {
  readonly providers: readonly ProviderInfo[];
  readonly #providers: ReadonlyMap<ProviderName, Provider>;
  readonly #ownProviders: readonly Provider[];

  /** A provider whose methods and facts contradict each other is a mistake in its adapter, told at once. */
  constructor(
    providers: readonly Provider[],
    readonly settings: ListingSettings = listingSettings.parse({}),
  ) {
    for (const provider of providers) assertConsistent(provider);
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#ownProviders = providers.filter((provider) => provider.revision);
    this.providers = providers.map(toInfo);
  }

  info(name: ProviderName): ProviderInfo | null {
    return this.providers.find((provider) => provider.name === name) ?? null;
  }

  async health(name: ProviderName, call: Call): Promise<ProviderHealth> {
    return checkHealth(this.#provider(name), call);
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
    assertListable(this.#provider(name), query);
    return list(query, page, call);
  }

  /** null where the provider cannot tell cheaply. */
  async count(name: ProviderName, query: AttachmentQuery, call: Call): Promise<number | null> {
    const provider = this.#provider(name);
    assertListable(provider, query);
    return (await provider.count?.(query, call)) ?? null;
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

  /** The provider's own picture, as Provider.readRendition tells. null also where it has none of this kind. */
  async readRendition(
    attachment: Attachment,
    spec: RenditionSpec,
    options: PictureOptions,
    call: Call,
  ): Promise<ProviderPicture | null> {
    const provider = this.#provider(attachment.provider);
    if (!provider.readRendition || !provider.facts.pictures.includes(spec.kind)) return null;
    return provider.readRendition(attachment, spec, options, call);
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

  /** Another one after every change in the providers whose changes are all made here. */
  revision(): number {
    return this.#ownProviders.reduce((sum, provider) => sum + (provider.revision?.() ?? 0), 0);
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
  'close' | 'stats' | 'revision'
>;

/** NOT_SUPPORTED_BY_PROVIDER naming the filters and the order that a provider does not have: they are never ignored. */
function assertListable({ name, facts }: Provider, query: AttachmentQuery): void {
  const { orderBy, ...filters } = query;
  const known: readonly string[] = facts.listFilters;
  const missing = Object.keys(filters).filter((filter) => !known.includes(filter));
  if (missing.length > 0) throw unlistable(name, `filter by ${missing.join(', ')}`);
  if (!facts.listOrders.includes(orderBy)) throw unlistable(name, `list in the order ${orderBy}`);
}

function unlistable(provider: ProviderName, what: string): ContentError {
  return new ContentError('NOT_SUPPORTED_BY_PROVIDER', `${provider} cannot ${what}`, { provider });
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
    facts,
  };
}
