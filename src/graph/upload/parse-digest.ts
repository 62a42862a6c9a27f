import type { Digest } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { DigestInput } from './upload.input.js';

/** BAD_USER_INPUT for anything but a SHA-256. */
export function parseDigest(input: DigestInput | null | undefined): Digest | null {
  if (input == null) return null;
  if (!/^sha-?256$/i.test(input.algorithm)) {
    throw new ContentError('BAD_USER_INPUT', `digest.algorithm must be "sha256", got "${input.algorithm.slice(0, 20)}"`);
  }
  const hex = input.hex.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new ContentError('BAD_USER_INPUT', 'digest.hex must be 64 hexadecimal digits');
  return { algorithm: 'sha256', hex };
}
