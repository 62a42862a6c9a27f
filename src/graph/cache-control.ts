import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphContext } from './context.js';

/** Says by Cache-Control how long a viewer's own cache may keep an answer: none with an error, and none of a mutation. */
export function cacheControl(maxAgeSeconds: number): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ operation, response: { body, http }, contextValue: { life } }) {
          const isWhole = body.kind === 'single' && body.singleResult.errors === undefined;
          const seconds = isWhole && operation?.operation === 'query' ? life.seconds(Date.now()) : null;
          http.headers.set('cache-control', seconds === null ? 'no-store' : keptFor(Math.min(seconds, maxAgeSeconds)));
        },
      };
    },
  };
}

/** Afterwards the client asks whether it still holds, by its ETag. */
function keptFor(seconds: number): string {
  return seconds === 0 ? 'private, no-cache' : `private, max-age=${seconds}`;
}
