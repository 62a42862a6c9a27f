import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { messagesSdl } from './compose.js';
import { type Listening, listen } from './listening.js';

export interface InboxMessage {
  readonly id: string;
  readonly subject: string;
  /** Global ids. */
  readonly attachments: readonly string[];
}

/** Serves the example subgraph over these messages. */
export function startMessages(inbox: readonly InboxMessage[]): Promise<Listening> {
  const resolvers = {
    Query: { inbox: () => inbox },
    InboxMessage: { attachments: ({ attachments }: InboxMessage) => attachments.map((id) => ({ id })) },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(messagesSdl), resolvers }]);
  return listen(createServer(createHandler({ schema })));
}
