import type { Attachment, NativeId } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError, type ErrorCode, toContentError } from '../../errors.js';
import type { Provider } from '../../providers/provider.js';
import type { AnswerCache, Found, KeptAnswer } from './answer-cache.js';
import type { Next } from './layer.js';
import { keyOf, type Question } from './question.js';
import { type SharedRead, SharedReads } from './shared-reads.js';

export interface Read<T> extends Question {
  /** What the answer shall tell along; one that tells more serves too. */
  readonly ahead?: readonly string[];
  /** Another question, one of whose answers may be the answer to this one. */
  readonly alike?: Question & { readonly serves: (answer: unknown) => boolean };
  /** The questions that the answer answers, this one among them. */
  readonly tells: (answer: T) => readonly Told[];
}

export interface Told extends Question {
  readonly answer: unknown;
  readonly passing: boolean;
}

export interface ReadsParts {
  readonly provider: Provider;
  readonly account: string;
  readonly cache: AnswerCache;
}

type StatAnswer = Attachment | null | ContentError;

/** Where an answer came from. */
type Source = 'asked' | 'kept' | 'stale';

interface Sourced<T> {
  readonly value: T;
  readonly source: Source;
}

/** While a provider fails like this, an older answer is better than none. */
const passingFailures: ReadonlySet<ErrorCode> = new Set([
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_RATE_LIMITED',
  'OVERLOADED',
]);

/**
 * Reads of one provider's metadata. What was answered a moment ago, or is being asked by somebody else of the same scope, is not asked
 * again; while the provider fails, answers that are older serve, and the call is told so.
 */
export class Reads {
  readonly #shared = new SharedReads();
  readonly #counters = { cacheHits: 0, cacheMisses: 0, cacheStale: 0 };
  /** Reads of before a change and after it are not the same. */
  #changes = 0;

  constructor(private readonly parts: ReadsParts) {}

  async one<T>(read: Read<T>, call: Call, ask: Next<T>): Promise<T> {
    const scope = this.#scopeOf(call);
    const { ahead = [] } = read;
    const shared = this.#share(keyOf(scope, { ...read, parameters: [...read.parameters, ahead] }), call, (sharedCall) =>
      this.#findOrAsk(scope, read, sharedCall, ask),
    );
    const { value, source } = await shared.result;
    this.#tell(call, source, shared.joined);
    return value;
  }

  /** Several stats: only those are asked for that are not kept. */
  async stats(
    ids: readonly NativeId[],
    call: Call,
    ask: (ids: readonly NativeId[], call: Call) => Promise<readonly StatAnswer[]>,
  ) {
    const scope = this.#scopeOf(call);
    const shared = this.#share(keyOf(scope, { method: 'statMany', parameters: ids }), call, (sharedCall) =>
      this.#findOrAskMany(scope, ids, sharedCall, ask),
    );
    const answers = await shared.result;
    for (const { source } of answers) this.#tell(call, source, shared.joined);
    return answers.map(({ value }) => value);
  }

  /** Only joins what is being asked: nothing is kept. */
  now<T>(question: Question, call: Call, ask: Next<T>): Promise<T> {
    return this.#share(keyOf(this.#scopeOf(call), question), call, ask).result;
  }

  /** However a change ends, what was read before it no longer holds, for anybody. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#changes += 1;
      await this.parts.cache.drop(this.parts.account);
    }
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, ...this.#shared.stats() };
  }

  #scopeOf({ viewer }: Call): string {
    return this.parts.provider.scope(viewer);
  }

  #share<T>(key: string, call: Call, read: Next<T>): SharedRead<T> {
    return this.#shared.run(`${this.#changes} ${key}`, call, read);
  }

  async #findOrAsk<T>(scope: string, read: Read<T>, call: Call, ask: Next<T>): Promise<Sourced<T>> {
    const { account, cache } = this.parts;
    const questions = [read, ...(read.alike ? [read.alike] : [])];
    const { generation, answers } = await cache.find(
      account,
      questions.map((question) => keyOf(scope, question)),
    );
    const kept = answers.find((answer, index) => answer && (index === 0 || read.alike?.serves(answer.value))) ?? null;
    if (kept?.fresh && tells(kept, read.ahead)) return toSourced<T>(kept, 'kept');
    try {
      const value = await ask(call);
      await cache.keep(account, generation, read.tells(value).map(toKeep(scope, read.ahead)));
      return { value, source: 'asked' };
    } catch (error) {
      if (kept && servesInstead(error)) return toSourced<T>(kept, 'stale');
      throw error;
    }
  }

  async #findOrAskMany(
    scope: string,
    ids: readonly NativeId[],
    call: Call,
    ask: (ids: readonly NativeId[], call: Call) => Promise<readonly StatAnswer[]>,
  ): Promise<readonly Sourced<StatAnswer>[]> {
    const { account, cache } = this.parts;
    const found = await cache.find(
      account,
      ids.map((id) => keyOf(scope, statQuestion(id))),
    );
    const missing = ids.filter((_, index) => !found.answers[index]?.fresh);
    const answers = missing.length === 0 ? [] : await this.#askMany(missing, found, call, ask);
    const told = missing.flatMap((id, index) => toldOf(id, answers[index]));
    await cache.keep(account, found.generation, told.map(toKeep(scope)));
    const answerById = new Map(missing.map((id, index) => [id, answers[index] ?? null]));
    return ids.map((id, index) => newestOf(answerById.get(id), found.answers[index] ?? null));
  }

  /** As long as something is kept, a failure of the whole call is one of each id that is missing. */
  async #askMany(
    ids: readonly NativeId[],
    found: Found,
    call: Call,
    ask: (ids: readonly NativeId[], call: Call) => Promise<readonly StatAnswer[]>,
  ): Promise<readonly StatAnswer[]> {
    try {
      return await ask(ids, call);
    } catch (error) {
      if (call.signal.aborted || found.answers.every((answer) => answer === null)) throw error;
      return ids.map(() => toContentError(error));
    }
  }

  #tell(call: Call, source: Source, joined: boolean): void {
    const { name } = this.parts.provider;
    if (source === 'asked') this.#counters.cacheMisses += joined ? 0 : 1;
    if (source === 'kept') this.#counters.cacheHits += 1;
    if (source === 'stale') this.#counters.cacheStale += 1;
    if (source === 'stale') call.upstream?.stale(name);
    else if (source === 'kept' || joined) call.upstream?.cached(name);
  }
}

export function statQuestion(id: NativeId): Question {
  return { method: 'stat', parameters: [id, {}] };
}

/** What was kept under a question's key is an answer to it. */
function toSourced<T>({ value }: KeptAnswer, source: Source): Sourced<T> {
  return { value: value as T, source };
}

function tells({ ahead }: KeptAnswer, asked: readonly string[] = []): boolean {
  return asked.every((one) => ahead.includes(one));
}

function toKeep(scope: string, ahead: readonly string[] = []) {
  return ({ answer, passing, ...question }: Told) => ({ key: keyOf(scope, question), value: answer, ahead, passing });
}

function toldOf(id: NativeId, answer: StatAnswer | undefined): readonly Told[] {
  if (answer === undefined || answer instanceof ContentError) return [];
  return [{ ...statQuestion(id), answer, passing: isPassing(answer) }];
}

function newestOf(asked: StatAnswer | undefined, kept: KeptAnswer | null): Sourced<StatAnswer> {
  if (asked === undefined) return kept ? toSourced(kept, 'kept') : { value: null, source: 'asked' };
  if (kept && asked instanceof ContentError && servesInstead(asked)) return toSourced(kept, 'stale');
  return { value: asked, source: 'asked' };
}

/** Nothing there, or something that is still on its way. */
export function isPassing(attachment: Attachment | null): boolean {
  return attachment === null || (attachment.state !== 'READY' && attachment.state !== 'TRASHED');
}

function servesInstead(error: unknown): boolean {
  return error instanceof ContentError && (passingFailures.has(error.code) || error.details.retryable === true);
}
