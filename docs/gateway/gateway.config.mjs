/** What is passed on of a client's request: whose it is, and that no foreign page sent it. */
const passedOn = [
  'authorization',
  'cookie',
  'apollo-require-preflight',
  'x-box-authorization', // of an account with `credentials: { mode: forward, header: x-box-authorization }`
];

export const gatewayConfig = {
  supergraph: './supergraph.graphql',
  multipart: true, // uploads
  csrfPrevention: { requestHeaders: ['apollo-require-preflight'] },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) =>
      subgraphName === 'attachments' ? Object.fromEntries(passedOn.map((name) => [name, request.headers.get(name)])) : {},
  },
  demandControl: { maxCost: 20_000 },
};
