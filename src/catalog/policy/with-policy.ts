import type { Attachment, Container, ProviderName } from '../../attachment.js';
import type { Call, Log } from '../../call.js';
import type { Page, Provider } from '../../providers/provider.js';
import type { PolicySettings } from '../settings.js';
import type { AnswerCache } from './answer-cache.js';
import { type Clock, systemClock } from './clock.js';
import type { Next } from './layer.js';
import { tellPictures } from './pages.js';
import { containersRead, listRead, plainRead, statRead } from './read-questions.js';
import { Reads } from './reads.js';
import { type Condition, createRules } from './rules.js';
import type { ToldPictures } from './told-pictures.js';

export interface PolicyParts {
  readonly cache: AnswerCache;
  readonly settings: PolicySettings;
  readonly log: Log;
  /** As in AdapterOptions: what is kept for one account never serves another. The provider's name where absent. */
  readonly account?: ProviderName;
  readonly pictures?: ToldPictures;
  readonly clock?: Clock;
}

export interface ProviderWithPolicy extends Provider {
  /** How the provider has answered lately. */
  condition(): Condition;
}

/**
 * The same provider for whoever calls it, asked no more often and waited for no longer than it should be: metadata is kept and asked
 * once for many, reads are tried again, and a provider that does not answer, or may not be asked more, is left alone. For remote
 * systems: what is at hand needs none of it.
 */
export function withPolicy(provider: Provider, parts: PolicyParts): ProviderWithPolicy {
  const { name, kind, facts } = provider;
  const { pictures, clock = systemClock } = parts;
  const rules = createRules(provider, { ...parts, clock });
  const reads = new Reads({ provider, account: parts.account ?? name, cache: parts.cache });
  const asked =
    <T>(next: Next<T>): Next<T> =>
    (call) =>
      rules.run('read', call, next);
  const plain = (method: string) =>
    around((parameters, call, next) => reads.one(plainRead(method, parameters), call, asked(next)));
  const stream = around((_parameters, call, next) => rules.run('stream', call, next));
  const change = around((_parameters, call, next) => reads.change(() => rules.run('change', call, next)));
  const upload = around((_parameters, call, next) => reads.change(() => rules.run('upload', call, next)));
  const telling =
    <T extends Attachment | Container>(next: Next<Page<T>>): Next<Page<T>> =>
    async (call) => {
      const page = await next(call);
      if (pictures) tellPictures(page, pictures);
      return page;
    };
  return {
    name,
    kind,
    facts,
    scope: (viewer) => provider.scope(viewer),
    check: (call) => reads.now({ method: 'check', parameters: [] }, call, (inner) => rules.check(inner)),
    condition: () => rules.condition(),
    stats: () => ({ ...provider.stats?.(), ...rules.stats(), ...reads.counters() }),

    stat: (id, options, call) =>
      reads.one(
        statRead(id, options),
        call,
        asked((inner) => provider.stat(id, options, inner)),
      ),
    open: stream(provider.open.bind(provider)),
    ...only(provider, 'statMany', (statMany) => (ids, call) => {
      return reads.stats(ids, call, (missing, shared) => rules.run('read', shared, (inner) => statMany(missing, inner)));
    }),
    ...only(provider, 'list', (list) => (query, page, call) => {
      return reads.one(listRead(query, page, facts), call, telling(asked((inner) => list(query, page, inner))));
    }),
    ...only(provider, 'count', plain('count')),
    ...only(provider, 'statContainer', plain('statContainer')),
    ...only(provider, 'listContainers', (listContainers) => (parent, page, call) => {
      const read = containersRead(parent, page, facts);
      return reads.one(read, call, telling(asked((inner) => listContainers(parent, page, inner))));
    }),
    ...only(provider, 'createContainer', change),
    ...only(provider, 'listVersions', plain('listVersions')),
    ...only(provider, 'restoreVersion', change),
    ...only(provider, 'readRendition', (readRendition) => (attachment, spec, options, call) => {
      return rules.run('read', call, (inner) => readRendition(attachment, spec, options, inner));
    }),
    ...only(provider, 'listUploadedRenditions', plain('listUploadedRenditions')),
    ...only(provider, 'openUploadedRendition', stream),
    ...only(provider, 'writeRendition', upload),
    ...only(provider, 'removeRendition', change),
    ...only(provider, 'write', upload),
    ...only(provider, 'writeVersion', upload),
    ...only(provider, 'remove', change),
    ...only(provider, 'restore', change),
    ...only(provider, 'rename', change),
    ...(provider.close ? { close: provider.close.bind(provider) } : {}),
  };
}

type OptionalMethod = Exclude<
  { [Key in keyof Provider]-?: undefined extends Provider[Key] ? Key : never }[keyof Provider],
  'close' | 'stats'
>;
type Method<Name extends OptionalMethod> = NonNullable<Provider[Name]>;

/** What the provider does not have it has not here either. */
function only<Name extends OptionalMethod>(
  provider: Provider,
  name: Name,
  wrap: (method: Method<Name>) => Method<Name>,
): Partial<Pick<Provider, Name>> {
  const method = provider[name];
  return method ? ({ [name]: wrap(method.bind(provider) as Method<Name>) } as Pick<Provider, Name>) : {};
}

type Around = <T>(parameters: readonly unknown[], call: Call, next: Next<T>) => Promise<T>;

/** A method whose last parameter is the call, with something around it. */
function around(run: Around) {
  return <Parameters extends unknown[], T>(method: (...all: [...Parameters, Call]) => Promise<T>) =>
    (...all: [...Parameters, Call]): Promise<T> => {
      const parameters = all.slice(0, -1) as Parameters;
      return run(parameters, all.at(-1) as Call, (call) => method(...parameters, call));
    };
}
