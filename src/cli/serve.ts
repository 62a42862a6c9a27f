import { type App, createApp, whyNoGraphiql } from '../app.js';
import type { Account } from '../composition/accounts.js';
import { type Config, loadConfig } from '../config.js';
import { giveWayInPool } from '../lib/give-way.js';

/** Serves until SIGTERM or SIGINT, then finishes what runs and ends with status 0. */
export async function serve(): Promise<void> {
  const config = await loadConfig(process.env);
  await giveWayInPool(Number(process.env.UV_THREADPOOL_SIZE));
  const app = await createApp(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stop(app.close);
    });
  }
  const url = await app.listen();
  console.log(banner(url, config, app));
}

async function stop(close: () => Promise<void>): Promise<void> {
  await close();
  process.exit(0);
}

function banner(url: string, { dataDirectory, graph }: Config, { accounts }: App): string {
  const graphiql = whyNoGraphiql(graph) === null ? 'GraphiQL with examples to run' : 'the graph; GraphiQL is off';
  return [
    `Proofsheet is ready on ${url}`,
    `  open     ${url}/graphql    ${graphiql}`,
    `  watch    ${url}/readyz     and ${url}/metrics`,
    `  mounted  vault            ${dataDirectory}`,
    ...accounts.map((account) => `           ${account.name.padEnd(16)} ${placeOf(account)}`),
    '  stop by  Ctrl-C',
  ].join('\n');
}

function placeOf({ sandbox, settings }: Account): string {
  const { origin } = new URL(settings.baseUrl);
  return sandbox ? `sandbox on ${origin}, with sample files` : origin;
}
