import { randomBytes } from 'node:crypto';

/** An error answer. Thrown by a route, sent by the error handler. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly contextInfo?: unknown,
  ) {
    super(message);
  }
}

/** https://developer.box.com/reference/resources/client-error/ */
export function toErrorBody({ status, code, message, contextInfo }: Refusal): unknown {
  return {
    type: 'error',
    status,
    code,
    ...(contextInfo === undefined ? {} : { context_info: contextInfo }),
    help_url: 'http://developers.box.com/docs/#errors',
    message,
    request_id: randomBytes(8).toString('hex'),
  };
}

/** What the system answers with a status that it was told to answer with. */
export function refusalOf(status: number): Refusal {
  const [code, message] = commonRefusals.get(status) ?? ['internal_server_error', 'Internal Server Error'];
  return new Refusal(status, code, message);
}

const commonRefusals = new Map<number, readonly [code: string, message: string]>([
  [400, ['bad_request', 'Bad Request']],
  [401, ['unauthorized', 'Unauthorized']],
  [403, ['access_denied_insufficient_permissions', 'Access denied - insufficient permission']],
  [404, ['not_found', 'Not Found']],
  [405, ['method_not_allowed', 'Method Not Allowed']],
  [409, ['conflict', 'A resource with this value already exists']],
  [411, ['length_required', 'Length Required']],
  [412, ['precondition_failed', 'The resource has been modified. Retrieve the resource again and retry']],
  [413, ['request_entity_too_large', 'Request Entity Too Large']],
  [429, ['rate_limit_exceeded', 'Request rate limit exceeded, please try again later']],
  [502, ['bad_gateway', 'Bad Gateway']],
  [503, ['unavailable', 'Unavailable']],
]);

/** kind: "f" for files, "d" for folders. */
export function notFound(kind: 'f' | 'd' | 'v', id: string): Refusal {
  const value = `${kind}_${id}`;
  return new Refusal(404, 'not_found', 'Not Found', {
    errors: [
      { reason: 'invalid_parameter', name: 'item', message: `Invalid value '${value}'. 'item' with value '${value}' not found` },
    ],
  });
}

export function badRequest(name: string, message: string, reason = 'invalid_parameter'): Refusal {
  return new Refusal(400, 'bad_request', 'Bad Request', { errors: [{ reason, name, message }] });
}
