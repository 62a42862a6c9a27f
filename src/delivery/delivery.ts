import type { IncomingMessage, ServerResponse } from 'node:http';
import { v7 as uuidv7 } from 'uuid';
import type { Log } from '../call.js';
import { type ContentError, toContentError } from '../errors.js';
import type { ContentAnswer } from './answer.js';
import { type ContentParts, deliverContent } from './content.js';
import { DeliveryCounters } from './counters.js';
import { methodNotAllowed, toErrorAnswer } from './error-answer.js';
import { type HotAnswer, HotAnswers } from './hot-answers.js';
import { preflight } from './preflight.js';
import { send } from './send.js';
import type { DeliverySettings } from './settings.js';
import { ClientLeft, startWork, type Work } from './work.js';

/** Everything under /content/. */
export interface Delivery {
  /**
   * Answers what lies under /content/; false, with nothing done, for everything else. For a look before any router: the signature
   * in the URL is the permission, whichever page or host name it is asked by.
   */
  tryAnswer(request: IncomingMessage, response: ServerResponse): boolean;
  stats(): Readonly<Record<string, number>>;
}

export interface DeliveryOptions extends Omit<ContentParts, 'now' | 'patienceMs'> {
  readonly settings: DeliverySettings;
  /** Gives each request a log of its own. */
  readonly log: { child(fields: { readonly reqId: string }): Log };
  /** Told of every answer that was given and was not in memory. */
  readonly onAnswered?: (answered: Answered) => void;
  /** In milliseconds. */
  readonly now?: () => number;
}

export interface Answered {
  readonly request: IncomingMessage;
  readonly status: number;
  readonly milliseconds: number;
  readonly log: Log;
}

export function createDelivery({ settings, log, onAnswered = () => {}, now = Date.now, ...parts }: DeliveryOptions): Delivery {
  const contentParts = { ...parts, now, patienceMs: settings.pendingPatienceSeconds * 1000 };
  return new HttpDelivery(contentParts, { settings, log, onAnswered });
}

/** A request, and what is known about it where it is logged. Its URL is not: it is a key. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly startedAt: number;
  readonly log: Log;
}

class HttpDelivery implements Delivery {
  readonly #counters = new DeliveryCounters();
  readonly #hot: HotAnswers;

  constructor(
    private readonly parts: ContentParts,
    private readonly options: Required<Pick<DeliveryOptions, 'settings' | 'log' | 'onAnswered'>>,
  ) {
    this.#hot = new HotAnswers(options.settings, parts.now);
  }

  tryAnswer(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith('/content/')) return false;
    const hot = this.#hot.find(request);
    if (hot) this.#sendHot(response, hot);
    else this.#begin(request, response);
    return true;
  }

  stats(): Readonly<Record<string, number>> {
    return { ...this.#counters.stats(), ...this.#hot.stats() };
  }

  #sendHot(response: ServerResponse, { headers, body }: HotAnswer): void {
    response.writeHead(200, headers);
    response.end(body);
    if (response.socket && response.socket.writableLength > 0) this.#limitIdling(response);
    this.#counters.answered(200, body.length);
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const requestId = uuidv7();
    const log = this.options.log.child({ reqId: requestId });
    this.#answer({ request, response, requestId, startedAt: performance.now(), log }).catch((err: unknown) => {
      log.error({ err }, 'content could not be answered');
      response.destroy();
    });
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const work = startWork(request, response, this.options.settings.deadlineSeconds);
    try {
      await this.#send(exchange, await this.#answerTo(exchange, work), work);
    } catch (error) {
      await this.#fail(exchange, work.signal.aborted ? work.signal.reason : error, work);
    } finally {
      work.end();
    }
  }

  async #answerTo({ request, log }: Exchange, { signal, deadlineAt }: Work): Promise<ContentAnswer> {
    const { method = '', url = '', headers } = request;
    if (method === 'OPTIONS') return preflight;
    if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed(method);
    const answer = await deliverContent({ method, url, headers, signal, deadlineAt, log }, this.parts);
    this.#hot.keep(url, answer);
    return answer;
  }

  async #send({ request, response, startedAt, log }: Exchange, answer: ContentAnswer, { signal }: Work): Promise<void> {
    this.#limitIdling(response);
    const { status } = answer;
    this.#counters.answered(status, await send(response, answer, signal));
    this.options.onAnswered({ request, status, milliseconds: performance.now() - startedAt, log });
  }

  /** A promised length cannot be taken back: once an answer has begun, all that is left is to break the connection. */
  async #fail(exchange: Exchange, error: unknown, work: Work): Promise<void> {
    const { response, requestId, log } = exchange;
    const failure = toContentError(error);
    if (!(error instanceof ClientLeft)) logFailure(log, failure, error);
    const canAnswer = !response.headersSent && !response.destroyed && !(error instanceof ClientLeft);
    if (canAnswer) return this.#send(exchange, toErrorAnswer(failure, requestId), work);
    this.#counters.aborted += 1;
    response.destroy();
  }

  /** Counts from the last byte that the client took. */
  #limitIdling(response: ServerResponse): void {
    response.setTimeout(this.options.settings.idleSeconds * 1000);
  }
}

function logFailure(log: Log, failure: ContentError, err: unknown): void {
  if (failure.code === 'INTERNAL_SERVER_ERROR') log.error({ err }, 'content could not be delivered');
  else if (failure.code === 'PROVIDER_ERROR') log.warn({ err }, 'a provider did not bring its content');
  else log.debug({ err }, 'content was refused');
}
