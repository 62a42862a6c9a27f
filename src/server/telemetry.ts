import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ProviderName } from '../attachment.js';

/** A part's own counters, read when somebody asks: { waiting: 3, rendered: 120 }. */
export type Stats = Readonly<Record<string, number>>;
export type StatsSources = Readonly<Record<string, () => Stats>>;

const durationBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

export interface TimedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** How long requests took. Made before the routes that tell it. */
export class RequestTimes {
  readonly histogram = new Histogram({
    name: 'proofsheet_http_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: durationBuckets,
    registers: [],
  });

  observe({ method, route, status, milliseconds }: TimedRequest): void {
    this.histogram.observe({ method, route, status }, milliseconds / 1000);
  }
}

/**
 * GET /metrics in Prometheus' format: the process, requests by route (content answered from memory is counted by delivery alone),
 * every part's counters as proofsheet_<part>_<counter>, and each provider's as proofsheet_provider_<counter>{provider="<name>"}.
 */
export function registerMetrics(
  app: FastifyInstance,
  times: RequestTimes,
  sources: StatsSources,
  byProvider: () => ReadonlyMap<ProviderName, Stats> = () => new Map(),
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(times.histogram);
  measureRequests(app, times);
  for (const [part, stats] of Object.entries(sources)) exposeStats(registry, part, stats);
  exposeProviders(registry, byProvider);
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

function measureRequests(app: FastifyInstance, times: RequestTimes): void {
  app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    times.observe({ method, route: routeOptions.url ?? 'none', status: statusCode, milliseconds: elapsedTime });
  });
}

function exposeStats(registry: Registry, part: string, stats: () => Stats): void {
  for (const counter of Object.keys(stats())) {
    new Gauge({
      name: metricName(part, counter),
      help: `The ${part}'s ${counter}.`,
      registers: [registry],
      collect() {
        this.set(stats()[counter] ?? 0);
      },
    });
  }
}

/** The counters that there are do not change while the server runs. */
function exposeProviders(registry: Registry, byProvider: () => ReadonlyMap<ProviderName, Stats>): void {
  const counters = new Set([...byProvider().values()].flatMap((stats) => Object.keys(stats)));
  for (const counter of counters) {
    new Gauge({
      name: metricName('provider', counter),
      help: `Each provider's ${counter}.`,
      labelNames: ['provider'],
      registers: [registry],
      collect() {
        for (const [provider, stats] of byProvider()) {
          const value = stats[counter];
          if (value !== undefined) this.set({ provider }, value);
        }
      },
    });
  }
}

function metricName(part: string, counter: string): string {
  return `proofsheet_${part}_${counter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
