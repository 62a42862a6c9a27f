import type { AttachmentState } from '../../../attachment.js';

/** What stands in the database for each state. Never renumbered. */
const codes: Readonly<Record<AttachmentState, number>> = {
  INITIAL: 0,
  CHECKSUM_CALCULATION_IN_PROGRESS: 1,
  CHECKSUM_CALCULATION_FAILED: 2,
  UPLOAD_IN_PROGRESS: 3,
  UPLOAD_FAILED: 4,
  CHECKSUM_VERIFICATION_IN_PROGRESS: 5,
  CHECKSUM_MISMATCH: 6,
  CHECKSUM_VERIFICATION_FAILED: 7,
  READY: 8,
  TRASHED: 9,
};

const states = new Map(Object.entries(codes).map(([state, code]) => [code, state as AttachmentState]));

export function toStateCode(state: AttachmentState): number {
  return codes[state];
}

export function toState(code: number): AttachmentState {
  const state = states.get(code);
  if (state === undefined) throw new Error(`The vault's database holds an unknown state ${code}`);
  return state;
}
