import type { FastifyInstance } from 'fastify';
import type { Directory } from './users.js';

/** The identity service's token endpoint, for the grant that programs use. */
export function addTokenRoute(app: FastifyInstance, directory: Directory): void {
  app.post('/oauth2/v1/token', async (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    if (form.get('grant_type') !== 'client_credentials') return reply.code(400).send({ error: 'unsupported_grant_type' });
    if (!form.get('scope')) return reply.code(400).send({ error: 'invalid_scope' });
    const issued = directory.issueToken(request.headers.authorization);
    if (!issued) return reply.code(401).send({ error: 'invalid_client' });
    return { access_token: issued.token, token_type: 'Bearer', expires_in: issued.expiresInSeconds };
  });
}
