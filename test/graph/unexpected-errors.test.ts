import { ApolloServer } from '@apollo/server';
import { describe, expect, it } from '@jest/globals';
import type { GraphContext } from '../../src/graph/context.js';
import { errorReports } from '../../src/graph/errors.js';

describe('What fails outside of any field', () => {
  it('is logged under the id of its request, once', async () => {
    const logged: (readonly unknown[])[] = [];
    const note = (...line: unknown[]) => void logged.push(line);
    const contextValue = {
      requestId: 'request-7',
      log: { debug: note, info: note, warn: note, error: note },
    } as unknown as GraphContext;
    const failure = new Error('the answer is too long');
    const failing = {
      requestDidStart: async () => ({
        willSendResponse: async () => {
          throw failure;
        },
      }),
    };
    const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const apollo = new ApolloServer<GraphContext>({
      typeDefs: 'type Query { ping: String }',
      plugins: [errorReports, failing],
      logger: silent,
      stopOnTerminationSignals: false,
    });
    await apollo.start();
    await expect(apollo.executeOperation({ query: '{ ping }' }, { contextValue })).rejects.toThrow();
    await apollo.stop();
    expect(logged).toEqual([[{ err: failure, requestId: 'request-7' }, 'a request failed']]);
  });
});
