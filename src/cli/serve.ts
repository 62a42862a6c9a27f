import { createApp } from '../app.js';
import { loadConfig } from '../config.js';

/** Serves until SIGTERM or SIGINT, then finishes what runs and ends with status 0. */
export async function serve(): Promise<void> {
  const config = await loadConfig(process.env);
  const app = await createApp(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stop(app.close);
    });
  }
  const url = await app.listen();
  console.log(banner(url, config.dataDirectory));
}

async function stop(close: () => Promise<void>): Promise<void> {
  await close();
  process.exit(0);
}

function banner(url: string, dataDirectory: string): string {
  return [
    `Proofsheet is ready on ${url}`,
    `  open     ${url}/graphql    GraphiQL with examples to run`,
    `  watch    ${url}/readyz     and ${url}/metrics`,
    `  data in  ${dataDirectory}`,
    '  stop by  Ctrl-C',
  ].join('\n');
}
