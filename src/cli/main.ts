import 'reflect-metadata';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config.js';
import { products } from '../sandbox/products.js';

/** A wrong configuration or command line, as sysexits(3) counts it. */
const exitConfig = 78;

const program = new Command('proofsheet')
  .description('One GraphQL graph over every attachment a company has, wherever it lives.')
  .addHelpText(
    'after',
    `
Environment:
  PORT, HOST           where to listen (4000, 127.0.0.1)
  PROOFSHEET_DATA      where files and metadata are kept (./.proofsheet)
  PROOFSHEET_CONFIG    the configuration file (./proofsheet.config.yml, optional)`,
  );

// Each command loads only what it needs: --help answers at once.
program
  .command('serve', { isDefault: true })
  .description('start the server')
  .action(async () => (await import('./serve.js')).serve());
program
  .command('sandbox')
  .description('serve a simulated system on this machine, for tests and for work without an account')
  .addArgument(new Argument('<system>', 'which one').choices(products))
  .option('-p, --port <number>', 'where to listen on 127.0.0.1; 0 for any free port', parsePort, 0)
  .action(async (system, { port }) => (await import('./sandbox.js')).serveSandbox(system, port));
program
  .command('schema')
  .description('print the GraphQL schema')
  .action(async () => (await import('./schema.js')).printSchema());
program
  .command('providers')
  .description('print what each provider can do')
  .action(async () => (await import('./providers.js')).printProviders());
program
  .command('rotate-keys')
  .description('make a new key for content URLs; those signed with the present one stay valid until the next rotation')
  .action(async () => (await import('./rotate-keys.js')).rotateKeys());
program
  .command('doctor')
  .description('check this machine, the configuration and every account, and say what to do')
  .action(async () => (await import('./doctor.js')).doctor());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = exitConfig;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
