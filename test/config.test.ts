import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from '../src/config.js';
import { products } from '../src/sandbox/products.js';

const virola = '{ kind: virola, baseUrl: "http://127.0.0.1:5004", credentials: { mode: service, token: t } }';

describe('The configuration', () => {
  it('has a default for everything', () => {
    const config = parseConfig('', {});
    expect(config.dataDirectory).toBe('./.proofsheet');
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 4000 });
  });

  it('takes the environment before the file', () => {
    const config = parseConfig('server: { port: 5000 }\ndataDirectory: ./a', { PORT: '6000', PROOFSHEET_DATA: './b' });
    expect(config).toMatchObject({ dataDirectory: './b', server: { port: 6000 } });
  });

  it('counts an empty variable as one that is not set', () => {
    expect(parseConfig('server: { port: 5000 }', { PORT: '' }).server.port).toBe(5000);
  });

  it('puts environment variables where a value names them', () => {
    const secret = 'x'.repeat(40);
    const config = parseConfig(`signing:\n  keys: [{ id: one, secret: "\${SECRET}" }]`, { SECRET: secret });
    expect(config.signing.keys).toEqual([{ id: 'one', secret }]);
  });

  it('names every problem at once, each with its path', () => {
    const text = `server: { port: 99999, colour: blue }\ngraph: { patienceMs: soon }\ndataDirectory: "\${ABSENT}/x"`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('dataDirectory: the environment variable ABSENT is not set'),
      expect.stringContaining('server.port: '),
      expect.stringContaining('"colour"'),
      expect.stringContaining('graph.patienceMs: '),
    ]);
  });

  it('names the line of what is not YAML', () => {
    expect(problemsOf('server: [')[0]).toContain('line 1');
  });

  it.each(['0.0.0.0', '192.168.1.4', '::', 'files.example.com'])(
    'refuses to listen on %s while no identity is configured',
    (host) => {
      expect(problemsOf(`server: { host: "${host}" }`)).toEqual([expect.stringContaining(`server.host: ${host} can be reached`)]);
    },
  );

  it.each(['127.0.0.1', '::1', 'localhost'])('listens on %s', (host) => {
    expect(parseConfig('', { HOST: host }).server.host).toBe(host);
  });

  it.each(['just text', '- a\n- list', '42'])('refuses a file that is not a map of settings: %s', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('The accounts of a configuration', () => {
  it('are none, and every sandbox runs in their place', () => {
    const { providers, sandboxes, samples } = parseConfig('', {});
    expect({ providers, sandboxes, samples }).toEqual({ providers: {}, sandboxes: products, samples: true });
  });

  it('leave the sandboxes out', () => {
    expect(parseConfig(`providers: { chat: ${virola} }`, {}).sandboxes).toEqual([]);
  });

  it('stand beside the sandboxes that are asked for', () => {
    const { providers, sandboxes, samples } = parseConfig(`providers: { chat: ${virola} }\nsandboxes: [box]`, {});
    expect({ names: Object.keys(providers), sandboxes, samples }).toEqual({
      names: ['chat'],
      sandboxes: ['box'],
      samples: false,
    });
  });

  it('need not be there without sandboxes', () => {
    expect(parseConfig('sandboxes: false', {})).toMatchObject({ sandboxes: [], samples: false });
  });

  it('have what their kind and every account has by default', () => {
    const { providers } = parseConfig('providers: { files: { kind: box, credentials: { mode: service, token: secret } } }', {});
    expect(providers.files).toMatchObject({
      kind: 'box',
      baseUrl: 'https://api.box.com',
      timeoutSeconds: 30,
      limits: { concurrency: 100, retries: 2 },
    });
  });

  it('take their secrets from the environment', () => {
    const text = `providers: { files: { kind: box, credentials: { mode: service, token: "\${TOKEN}" } } }`;
    expect(parseConfig(text, { TOKEN: 'from-outside' }).providers.files?.credentials).toMatchObject({ token: 'from-outside' });
  });

  it('name all their problems at once, each with its path', () => {
    const text = `
providers:
  Box: ${virola}
  vault: ${virola}
  constructor: ${virola}
  files: { kind: box, credentials: { mode: clientCredentials, clientId: app, subjectId: "1" }, limits: { retries: 99 } }
  calls: { kind: xelion, baseUrl: nowhere, credentials: { mode: magic } }
  other: { kind: dropbox }
sandboxes: [boxes]`;
    expect(problemsOf(text)).toEqual([
      'providers.Box: a name begins with a to z and goes on with a to z, 0 to 9 and "-", 41 characters at most',
      'providers.vault: the built-in vault has this name',
      'providers.constructor: this name has a meaning of its own',
      expect.stringMatching(/^providers\.files\.credentials\.clientSecret: /),
      expect.stringMatching(/^providers\.files\.limits\.retries: /),
      expect.stringMatching(/^providers\.calls\.baseUrl: /),
      'providers.calls.credentials.mode: Invalid input: expected one of "service", "login", "forward"',
      expect.stringMatching(/^providers\.other\.kind: .*'virola'/),
      expect.stringMatching(/^sandboxes\.0: /),
    ]);
  });

  it('never have a secret in a problem', () => {
    const text = 'providers: { files: { kind: box, credentials: { mode: service, token: "two secret words" } } }';
    const problems = problemsOf(text).join();
    expect(problems).toContain('providers.files.credentials.token');
    expect(problems).not.toContain('secret');
  });

  it('do not share a name with a sandbox', () => {
    expect(problemsOf(`providers: { box: ${virola} }\nsandboxes: true`)).toEqual([
      expect.stringMatching(/^sandboxes: box is the name of a configured provider/),
    ]);
  });

  it.each([
    ['that is not there', 'absent.pem'],
    ['that holds no certificate', 'README.md'],
  ])('have no authority file %s', (_, path) => {
    const account = virola.replace(/}$/, `, caFile: ${path} }`);
    expect(problemsOf(`providers: { chat: ${account} }`)).toEqual([
      `providers.chat.caFile: ${path} cannot be read as a PEM file of a certificate`,
    ]);
  });
});

function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
