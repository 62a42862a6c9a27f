import type { FastifyInstance } from 'fastify';
import type { Call } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import { openViewer } from '../identity/viewer.js';

/** A probe that takes longer counts as a no. */
const probeTimeoutMs = 2_000;

/** /healthz: the process lives. /readyz: it can answer queries, and is not shutting down. */
export function registerProbes(app: FastifyInstance, catalog: Catalog): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    const call: Call = { viewer: openViewer, signal: AbortSignal.timeout(probeTimeoutMs), log: request.log };
    const problem = closing ? 'shutting down' : await vaultProblem(catalog, call);
    return problem === null ? { ready: true } : reply.code(503).send({ ready: false, problem });
  });
}

/** Systems elsewhere may be down while everything that is kept here is served: only the vault decides. */
async function vaultProblem(catalog: Catalog, call: Call): Promise<string | null> {
  const vaults = catalog.providers.filter((provider) => provider.kind === 'VAULT');
  const health = await Promise.all(vaults.map((provider) => catalog.health(provider.name, call)));
  return health.find((one) => one.status === 'DOWN')?.message ?? null;
}
