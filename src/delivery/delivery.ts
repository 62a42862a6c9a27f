import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../call.js';
import { type ContentError, toContentError } from '../errors.js';
import type { ContentAnswer } from './answer.js';
import { type ContentParts, deliverContent } from './content.js';
import { DeliveryCounters } from './counters.js';
import { methodNotAllowed, toErrorAnswer } from './error-answer.js';
import { HotAnswers } from './hot-answers.js';
import { send } from './send.js';
import type { DeliverySettings } from './settings.js';
import { ClientLeft, startWork, type Work } from './work.js';

/** Everything under /content/. */
export interface Delivery {
  /** Answers what was answered moments ago; false, with nothing done, for everything else. For a look before any router. */
  tryHot(request: IncomingMessage, response: ServerResponse): boolean;
  register(app: FastifyInstance): void;
  stats(): Readonly<Record<string, number>>;
}

export interface DeliveryOptions extends Omit<ContentParts, 'now' | 'patienceMs'> {
  readonly settings: DeliverySettings;
  /** In milliseconds. */
  readonly now?: () => number;
}

export function createDelivery({ settings, now = Date.now, ...parts }: DeliveryOptions): Delivery {
  return new HttpDelivery({ ...parts, now, patienceMs: settings.pendingPatienceSeconds * 1000 }, settings);
}

/** A request, and what is known about it where it is logged. Its URL is not: it is a key. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly log: Log;
}

class HttpDelivery implements Delivery {
  readonly #counters = new DeliveryCounters();
  readonly #hot: HotAnswers;

  constructor(
    private readonly parts: ContentParts,
    private readonly settings: DeliverySettings,
  ) {
    this.#hot = new HotAnswers(settings, parts.now);
  }

  tryHot(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith('/content/')) return false;
    const answer = this.#hot.find(request);
    if (!answer) return false;
    response.writeHead(200, answer.headers);
    response.end(answer.body);
    if (response.socket && response.socket.writableLength > 0) this.#limitIdling(response);
    this.#counters.answered(200, answer.body.length);
    return true;
  }

  register(app: FastifyInstance): void {
    app.register(async (scope) => {
      // Bodies stay unread: every method that has one is refused.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _body, done) => done(null));
      scope.all('/content/*', async ({ raw: request, id: requestId, log }, reply) => {
        reply.hijack();
        await this.#answer({ request, response: reply.raw, requestId, log });
      });
    });
  }

  stats(): Readonly<Record<string, number>> {
    return { ...this.#counters.stats(), ...this.#hot.stats() };
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { response } = exchange;
    const work = startWork(response, this.settings.deadlineSeconds);
    try {
      await this.#send(response, await this.#answerTo(exchange, work), work);
    } catch (error) {
      await this.#fail(exchange, work.signal.aborted ? work.signal.reason : error, work);
    } finally {
      work.end();
    }
  }

  async #answerTo({ request, log }: Exchange, { signal, deadlineAt }: Work): Promise<ContentAnswer> {
    const { method = '', url = '', headers } = request;
    if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed(method);
    const answer = await deliverContent({ method, url, headers, signal, deadlineAt, log }, this.parts);
    this.#hot.keep(url, answer);
    return answer;
  }

  async #send(response: ServerResponse, answer: ContentAnswer, work: Work): Promise<void> {
    this.#limitIdling(response);
    this.#counters.answered(answer.status, await send(response, answer, work.signal));
  }

  /** A promised length cannot be taken back: once an answer has begun, all that is left is to break the connection. */
  async #fail({ response, requestId, log }: Exchange, error: unknown, work: Work): Promise<void> {
    const failure = toContentError(error);
    if (!(error instanceof ClientLeft)) logFailure(log, failure, requestId, error);
    if (!response.headersSent && !response.destroyed) return this.#send(response, toErrorAnswer(failure, requestId), work);
    this.#counters.aborted += 1;
    response.destroy();
  }

  /** Counts from the last byte that the client took. */
  #limitIdling(response: ServerResponse): void {
    response.setTimeout(this.settings.idleSeconds * 1000);
  }
}

function logFailure(log: Log, failure: ContentError, requestId: string, err: unknown): void {
  if (failure.code === 'INTERNAL_SERVER_ERROR') log.error({ requestId, err }, 'content could not be delivered');
  else if (failure.code === 'PROVIDER_ERROR') log.warn({ requestId, err }, 'a provider did not bring its content');
  else log.debug({ requestId, err }, 'content was refused');
}
