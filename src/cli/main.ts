import 'reflect-metadata';
import { Command } from 'commander';
import { ConfigError } from '../config.js';

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
  .description('check this machine and the configuration, and say what to do')
  .action(async () => (await import('./doctor.js')).doctor());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = exitConfig;
}
