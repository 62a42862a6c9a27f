import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A part's own counters, read when somebody asks: { waiting: 3, rendered: 120 }. */
export type Stats = Readonly<Record<string, number>>;
export type StatsSources = Readonly<Record<string, () => Stats>>;

const durationBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/**
 * GET /metrics in Prometheus' format: the process, requests by route (content answered from memory is counted by delivery alone), and
 * every part's counters as proofsheet_<part>_<counter>.
 */
export function registerMetrics(app: FastifyInstance, sources: StatsSources): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureRequests(app, registry);
  for (const [part, stats] of Object.entries(sources)) exposeStats(registry, part, stats);
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'proofsheet_http_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

function exposeStats(registry: Registry, part: string, stats: () => Stats): void {
  for (const counter of Object.keys(stats())) {
    const name = `proofsheet_${part}_${counter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    new Gauge({
      name,
      help: `The ${part}'s ${counter}.`,
      registers: [registry],
      collect() {
        this.set(stats()[counter] ?? 0);
      },
    });
  }
}
