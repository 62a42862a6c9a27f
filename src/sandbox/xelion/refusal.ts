/** An answer that says no, in the form of https://portal.xelion.com/nl/apidocs/user-guide/common_errors.html. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: number,
    message: string,
  ) {
    super(message);
  }
}

export const refusals = {
  notAuthenticated: (status: 401 | 403 = 401) => new Refusal(status, 10000, 'Not authenticated'),
  sessionEnded: () => new Refusal(401, 10020, 'Invalid authentication: the session has ended'),
  unknownToken: () => new Refusal(401, 10021, 'Invalid authentication'),
  noPermission: () => new Refusal(403, 10101, 'No permission for this resource'),
  notFound: () => new Refusal(404, 10100, 'Resource not found'),
  sessionDisabled: () => new Refusal(404, 10066, 'The chat session is disabled'),
  noPayload: () => new Refusal(400, 10200, 'Empty payload, no object found'),
  invalidPayload: () => new Refusal(400, 10202, 'Invalid or incomplete payload'),
  invalidId: () => new Refusal(400, 10203, 'Id or object type is missing or invalid'),
  emptyMessage: () => new Refusal(400, 10203, 'The chat message has no contents'),
  externalSession: () => new Refusal(400, 10104, 'Attachments cannot be sent in external chat sessions'),
  tooManyRequests: () => new Refusal(429, 10400, 'Maximum number of concurrent requests of the session exceeded'),
  tooLarge: () => new Refusal(500, 11000, 'The attachment exceeds the maximum size of 10 MB'),
  serverError: () => new Refusal(500, 11000, 'Server error'),
} as const;

const ofStatus: Readonly<Record<number, () => Refusal>> = {
  400: refusals.invalidPayload,
  401: refusals.unknownToken,
  403: refusals.noPermission,
  404: refusals.notFound,
  429: refusals.tooManyRequests,
};

/** What the system would say with this status. */
export function refusalOf(status: number): Refusal {
  const refusal = (ofStatus[status] ?? refusals.serverError)();
  return new Refusal(status, refusal.errorCode, refusal.message);
}

export function toBody({ errorCode, message }: Refusal, request: { readonly method: string; readonly url: string }) {
  return { errorCode, message, info: `resource=${request.method} ${request.url.split('?', 1)[0]}` };
}
