import type { FastifyReply } from 'fastify';

/** Adds to what other parts of the server have said that an answer depends on. Names are in lower case. */
export function addVary(reply: FastifyReply, names: readonly string[]): void {
  const said = String(reply.getHeader('vary') ?? '').split(/, */);
  reply.header('vary', [...new Set([...said, ...names])].filter((name) => name !== '').join(', '));
}
