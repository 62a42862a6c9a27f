/** An example of another subgraph: an inbox, whose attachments lie in Proofsheet. To run it: node docs/gateway/messages.mjs */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';

/** It knows of attachments no more than their ids. One of them is not there. */
const inbox = [
  { id: '1', subject: 'The harbour', attachments: ['gid://box/Attachment/12345'] },
  { id: '2', subject: 'One is gone', attachments: ['gid://box/Attachment/404404', 'gid://box/Attachment/12345'] },
];

const typeDefs = parse(readFileSync(new URL('messages.graphql', import.meta.url), 'utf8'));
const resolvers = {
  Query: { inbox: () => inbox },
  InboxMessage: { attachments: (message) => message.attachments.map((id) => ({ id })) },
};
const server = createServer(createHandler({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]) }));
server.listen(Number(process.env.PORT ?? 4001), '127.0.0.1', () => {
  console.log(`The messages are ready on http://127.0.0.1:${server.address().port}/graphql`);
});
