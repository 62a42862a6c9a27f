import { addAbortSignal, type Readable } from 'node:stream';
import type { Digest } from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError, type ErrorCode } from '../errors.js';
import type { IncomingContent, UploadedRendition } from '../providers/provider.js';
import type { StagedBlob } from './blobs/blob-store.js';
import type {
  AttachmentRecord,
  FailedState,
  NewAttachment,
  NewRendition,
  NewVersion,
  UploadId,
  UploadTarget,
} from './metadata/metadata-store.js';
import { watchSender } from './sender.js';
import type { Sweep, SweepParts } from './sweep.js';

export interface UploadParts extends SweepParts {
  readonly sweep: Sweep;
  readonly maxBytes: number;
}

type Publish<T> = (upload: UploadId) => Promise<T | null>;

/** One write on its way. */
interface Running<T> {
  readonly upload: UploadId;
  readonly content: Readable;
  /** SHA-256 that the client told, lower-case hex. */
  readonly declared: string | null;
  readonly signal: AbortSignal;
  readonly publish: Publish<T>;
}

/** Bytes in: noted, staged, verified, named, published. An end other than the last leaves nothing that can be read. */
export class Uploads {
  constructor(private readonly parts: UploadParts) {}

  /** null: the folder or the attachment is not there. */
  storeAttachment(target: NewAttachment | NewVersion, incoming: IncomingContent, call: Call): Promise<AttachmentRecord | null> {
    return this.#store(target, incoming, call, (upload) => this.parts.metadata.publishAttachment(upload));
  }

  /** null: the attachment or the version is not there. */
  storeRendition(target: NewRendition, incoming: IncomingContent, call: Call): Promise<UploadedRendition | null> {
    return this.#store(target, incoming, call, (upload) => this.parts.metadata.publishRendition(upload));
  }

  async #store<T>(target: UploadTarget, incoming: IncomingContent, call: Call, publish: Publish<T>): Promise<T | null> {
    const { content } = incoming;
    // Reading meets a failure of the sender. Before and after that it must not end the process.
    content.on('error', () => {});
    try {
      call.signal.throwIfAborted();
      addAbortSignal(call.signal, content);
      const declared = incoming.digest && parseDeclared(incoming.digest);
      const upload = await this.parts.metadata.beginUpload(target);
      return upload === null ? null : await this.#receive({ upload, content, declared, signal: call.signal, publish });
    } finally {
      content.destroy();
    }
  }

  async #receive<T>(running: Running<T>): Promise<T | null> {
    const staged = await this.#stage(running);
    try {
      await this.#verify(running, staged);
      const published = await this.#publish(running, staged);
      if (published === null) await this.#drop(running.upload);
      return published;
    } catch (error) {
      throw await this.#end(running, error, 'CHECKSUM_VERIFICATION_FAILED');
    }
  }

  async #stage<T>(running: Running<T>): Promise<StagedBlob> {
    const { blobs, maxBytes } = this.parts;
    const sender = watchSender(running.content);
    try {
      return await blobs.stage(sender.content, { maxBytes, signal: running.signal });
    } catch (error) {
      throw await this.#end(running, sender.hasFailed() ? toSenderError(error) : error, stagingFailure(error));
    }
  }

  async #verify<T>({ upload, declared }: Running<T>, staged: StagedBlob): Promise<void> {
    const { digest, sizeBytes } = staged;
    try {
      await this.parts.metadata.noteDigest(upload, { digest, sizeBytes });
      if (declared === null || declared === digest) return;
      throw new ContentError('DIGEST_MISMATCH', `The bytes that arrived have the sha256 digest ${digest}, not ${declared}`);
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  async #publish<T>({ upload, signal, publish }: Running<T>, staged: StagedBlob): Promise<T | null> {
    return this.parts.digests.run(staged.digest, async () => {
      if (signal.aborted) await staged.discard();
      signal.throwIfAborted();
      await staged.commit();
      return publish(upload);
    });
  }

  /** Records how an upload ended; gives what its caller is told. */
  async #end<T>({ upload, signal }: Running<T>, error: unknown, failure: FailedState): Promise<unknown> {
    const told = error instanceof ContentError ? error : toStorageError(error);
    const state = told.code === 'DIGEST_MISMATCH' ? 'CHECKSUM_MISMATCH' : failure;
    if (!signal.aborted && keptFailures.has(told.code)) await this.#fail(upload, state, told.message);
    else await this.#drop(upload);
    return signal.aborted ? signal.reason : told;
  }

  async #fail(upload: UploadId, state: FailedState, reason: string): Promise<void> {
    await this.#tidy(async () => {
      await this.parts.metadata.failUpload(upload, state, reason);
      await this.parts.sweep.dropOldFailures();
    });
  }

  async #drop(upload: UploadId): Promise<void> {
    await this.#tidy(() => this.parts.metadata.dropUpload(upload));
  }

  /** On a full disk not even the end can be recorded; the next start sweeps what then stays. */
  async #tidy(record: () => Promise<void>): Promise<void> {
    try {
      await record();
    } catch (error) {
      this.parts.log.warn({ err: error }, 'could not record how an upload ended');
    }
    await this.parts.sweep.collectGarbage();
  }
}

/** What somebody may ask about later: bytes that were not the promised ones, and our own failures. Others leave no trace. */
const keptFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['DIGEST_MISMATCH', 'PROVIDER_UNAVAILABLE', 'OVERLOADED']);

/** The digest in the form that ours has. BAD_USER_INPUT names what is allowed. */
function parseDeclared({ algorithm, hex }: Digest): string {
  if (!/^sha-?256$/i.test(algorithm)) {
    throw new ContentError('BAD_USER_INPUT', `digest.algorithm must be sha256, got "${algorithm.slice(0, 20)}"`);
  }
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new ContentError('BAD_USER_INPUT', 'digest.hex must be 64 hexadecimal digits');
  return hex.toLowerCase();
}

/** Told as the client's, whatever its code was: an upload that the sender broke off leaves nothing. */
function toSenderError(error: unknown): ContentError {
  if (error instanceof ContentError && !keptFailures.has(error.code)) return error;
  return new ContentError('BAD_USER_INPUT', 'The upload ended before all of its bytes had arrived', { cause: error });
}

function toStorageError(cause: unknown): ContentError {
  return new ContentError('PROVIDER_UNAVAILABLE', 'The vault could not store the file', { cause, retryable: true });
}

/** Staging writes and hashes: what is no fault of the disk is one of the hashing. */
function stagingFailure(error: unknown): FailedState {
  const ofDisk = error instanceof ContentError || (error instanceof Error && 'errno' in error);
  return ofDisk ? 'UPLOAD_FAILED' : 'CHECKSUM_CALCULATION_FAILED';
}
