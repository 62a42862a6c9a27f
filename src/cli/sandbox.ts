import { sandboxSettings } from '../composition/sandboxes.js';
import { ConfigError } from '../config.js';
import { isErrno } from '../lib/errno.js';
import { simulate } from '../sandbox/products.js';
import { type Product, type RunningSandbox, startSandbox } from '../sandbox/simulator.js';
import { sandboxGuides } from './sandbox-guides.js';

/** Serves one simulated system until SIGTERM or SIGINT. It has no disk: every start begins with the same files. */
export async function serveSandbox(product: Product, port: number): Promise<void> {
  const sandbox = await startSandbox(await simulate(product), port).catch((error: unknown) => {
    throw isErrno(error, 'EADDRINUSE')
      ? new ConfigError([`--port: another program listens on 127.0.0.1:${port}. Stop it, or choose another port`])
      : error;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(sandbox));
  console.log(guide(sandbox));
}

async function stop(sandbox: RunningSandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function guide({ product, url }: RunningSandbox): string {
  const { title, authorization, also, tries } = sandboxGuides[product];
  const faults = `${url}/_sandbox/faults`;
  const settings = JSON.stringify(sandboxSettings({ product, url }));
  return [
    `A sandbox of ${title} is ready on ${url}`,
    `  proof     Authorization: ${authorization}`,
    `            or ${also}`,
    `  mount     providers: { ${product}: ${settings} }`,
    ...tries.map((path, index) => `  ${index === 0 ? 'try' : '   '}       ${curl(`${url}${path}`, authorization)}`),
    `  break     curl -X POST ${faults} -H 'content-type: application/json' -d '{"kind":"status","status":429,"retryAfterSeconds":2,"times":1}'`,
    '            kinds: latency, status, reset, truncate, slow, body, expiredToken, pending; "path" and "method" narrow them',
    `  mend      curl -X DELETE ${faults}`,
    `  watch     curl ${url}/_sandbox/requests`,
    '  stop by   Ctrl-C',
  ].join('\n');
}

/** `target` may end in curl's own options. */
function curl(target: string, authorization: string): string {
  const [url, ...options] = target.split(' ');
  return ['curl', `'${url}'`, '-H', `'Authorization: ${authorization}'`, ...options].join(' ');
}
