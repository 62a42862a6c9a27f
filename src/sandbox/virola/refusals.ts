import type { FastifyInstance } from 'fastify';

/** A refusal in the server's own form: https://virola.io/web-api/docs/attachments */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errorText: string,
  ) {
    super(errorText);
  }
}

const wrongCredential = 'Wrong Bearer, please renew Web API Access Token';

export const refusals = {
  wrongLogin: () => new Refusal(401, 'The username or password is invalid.'),
  noCredential: () => new Refusal(401, 'The Authorization HTTP-header or VirolaUserSessionId cookie expected'),
  wrongCredential: () => new Refusal(401, wrongCredential),
  badRequest: () => new Refusal(400, 'Bad request'),
  denied: () => new Refusal(403, 'Permission denied'),
  tooLarge: () => new Refusal(413, 'File is too large'),
  notFound: (what: 'Attachment' | 'Avatar' | 'Message' | 'Page' | 'Room') => new Refusal(404, `${what} not found`),
  wrongMethod: () => new Refusal(405, 'Method not allowed'),
};

/** The text where nobody gave one. */
const texts: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: wrongCredential,
  403: 'Permission denied',
  404: 'Attachment not found',
  413: 'File is too large',
  429: 'Too many requests',
};

export function refusalBody(status: number, errorText = texts[status] ?? 'Internal server error') {
  return { errorText, httpStatusCode: status };
}

/** Our own, or the HTTP server's. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof Error && 'statusCode' in error);
}

/** Every failure below is answered in the server's own form. */
export function answerRefusals(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(refusalBody(404, refusals.notFound('Page').errorText)));
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const status = error instanceof Refusal ? error.status : (error.statusCode ?? 500);
    return reply.code(status).send(refusalBody(status, error instanceof Refusal ? error.errorText : undefined));
  });
}
