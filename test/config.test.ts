import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from '../src/config.js';

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

function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
