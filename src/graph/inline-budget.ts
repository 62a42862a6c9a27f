import { ContentError } from '../errors.js';

/** What one query may carry inline: so many bytes in a field, and so many in all of its fields together, before encoding. */
export class InlineBudget {
  #left: number;

  constructor(
    readonly maxBytesEach: number,
    private readonly maxBytesTogether: number,
  ) {
    this.#left = maxBytesTogether;
  }

  /** Before the bytes are read, where their number is known by then. PAYLOAD_TOO_LARGE over either bound: the url still works. */
  take(sizeBytes: number): void {
    this.assertEach(sizeBytes);
    this.#left -= sizeBytes;
    if (this.#left >= 0) return;
    throw new ContentError(
      'PAYLOAD_TOO_LARGE',
      `This query carries more than ${this.maxBytesTogether} bytes inline, which is all that one may. Fetch them by url`,
    );
  }

  assertEach(sizeBytes: number): void {
    if (sizeBytes <= this.maxBytesEach) return;
    throw new ContentError(
      'PAYLOAD_TOO_LARGE',
      `${sizeBytes} bytes are too many to be carried inline; at most ${this.maxBytesEach} are. Fetch them by url`,
    );
  }
}
