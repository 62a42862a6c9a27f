import { isObject, type JsonObject } from './payload.js';
import { refusals } from './refusal.js';
import { type Communication, flags, type XelionState } from './state.js';

/**
 * Operations on one communication: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_update.html. They stand
 * in {"operations": […]} or in a bare array.
 */
export function patch(state: XelionState, communication: Communication, payload: unknown): void {
  const operations = isObject(payload) ? payload.operations : payload;
  if (!Array.isArray(operations) || !operations.every(isObject)) throw refusals.invalidPayload();
  const changes = operations.map((operation) => toChange(state, communication, operation));
  for (const change of changes) change();
}

/** What an operation does, once all are known to be right. */
function toChange(state: XelionState, communication: Communication, { op, path, value }: JsonObject): () => void {
  if (typeof path !== 'string') throw refusals.invalidPayload();
  const [, member = '', key = ''] = path.split('/');
  const flag = flags.find((each) => each === member);
  if (op === 'replace' && flag && typeof value === 'boolean') {
    return () => {
      communication.flags = { ...communication.flags, [flag]: value };
    };
  }
  if (op === 'replace' && member === 'subject' && typeof value === 'string') {
    return () => {
      communication.subject = value;
    };
  }
  if (op === 'add' && member === 'attachments' && typeof value === 'string') {
    if (!state.attachments.has(value)) throw refusals.notFound();
    return () => {
      communication.attachments = [...communication.attachments, value];
    };
  }
  if (op === 'remove' && member === 'attachments') {
    if (!communication.attachments.includes(key)) throw refusals.notFound();
    return () => state.detach(communication, key);
  }
  throw refusals.invalidPayload();
}
