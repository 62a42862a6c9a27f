import type { Digest } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { DigestInput } from './upload.input.js';

/** Hexadecimal digits of a digest, by the name of its algorithm. Which of them a provider compares is its own to say. */
const digits: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha1', 40],
  ['md5', 32],
]);

/** BAD_USER_INPUT for any other algorithm. "SHA-256" is sha256. */
export function parseDigest(input: DigestInput | null | undefined): Digest | null {
  if (input == null) return null;
  const algorithm = input.algorithm.toLowerCase().replace('-', '');
  const length = digits.get(algorithm);
  if (length === undefined) {
    const known = [...digits.keys()].map((name) => `"${name}"`).join(' or ');
    throw new ContentError('BAD_USER_INPUT', `digest.algorithm must be ${known}, got "${input.algorithm.slice(0, 20)}"`);
  }
  const hex = input.hex.toLowerCase();
  if (hex.length === length && /^[0-9a-f]+$/.test(hex)) return { algorithm, hex };
  throw new ContentError('BAD_USER_INPUT', `digest.hex of a ${algorithm} must be ${length} hexadecimal digits`);
}
