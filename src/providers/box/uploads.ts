import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { numberedFilename } from '../../filename.js';
import { Abort } from '../../lib/abort.js';
import { whenAborted } from '../../lib/when-aborted.js';
import { checkContent } from '../checked-content.js';
import type { Collision, IncomingContent } from '../provider.js';
import type { BoxApi, UploadTarget } from './api.js';
import { type SpooledContent, spoolContent } from './spool.js';
import type { BoxFile, UploadedPart, UploadSession } from './wire.js';

export interface UploadOptions {
  readonly maxBytes: number;
  readonly spoolDirectory: string;
}

/** Larger files go in parts. https://developer.box.com/guides/uploads/direct/ */
const maxDirectBytes = 50_000_000;
const partsAtOnce = 3;
const maxCommits = 100;
const maxCommitWaitSeconds = 60;
/** Just after the last part Box may not know of it yet. */
const maxMismatches = 5;
const abortTimeoutMs = 5_000;

/** Bytes on their way into Box. Their size and digest must be known before the first is sent, so they wait on this machine's disk. */
export class Uploads {
  constructor(
    private readonly api: BoxApi,
    private readonly options: UploadOptions,
  ) {}

  /** target: asked for once the content is watched, so that a sender that breaks off meanwhile is noticed. null: nothing to write to. */
  async send(incoming: IncomingContent, call: Call, target: () => Promise<UploadTarget | null>): Promise<BoxFile | null> {
    const { content } = checkContent(incoming.content, { digest: parseDigest(incoming), maxBytes: this.options.maxBytes });
    try {
      call.signal.throwIfAborted();
      const chosen = await target();
      if (!chosen) return null;
      const spooled = await spoolContent(content, this.options.spoolDirectory, call.signal);
      try {
        return await this.#upload(chosen, spooled, call);
      } finally {
        await spooled.release();
      }
    } catch (error) {
      call.signal.throwIfAborted();
      throw error;
    } finally {
      content.destroy();
      incoming.content.destroy();
    }
  }

  #upload(target: UploadTarget, spooled: SpooledContent, call: Call): Promise<BoxFile> {
    const { sizeBytes, sha1 } = spooled;
    if (sizeBytes > maxDirectBytes) return this.#uploadInParts(target, spooled, call);
    return this.api.upload(target, { content: spooled.read(0, sizeBytes), sizeBytes }, sha1.toString('hex'), call);
  }

  async #uploadInParts(target: UploadTarget, spooled: SpooledContent, call: Call): Promise<BoxFile> {
    const session = await this.api.createSession(target, spooled.sizeBytes, call);
    try {
      const parts = await this.#uploadParts(session, spooled, call);
      return await this.#commit(session, target, parts, spooled.sha1.toString('base64'), call);
    } catch (error) {
      const last: Call = { viewer: call.viewer, log: call.log, signal: AbortSignal.timeout(abortTimeoutMs) };
      await this.api.abortSession(session.id, last).catch((failure: unknown) => {
        call.log.debug({ err: failure }, 'an upload session was left to end by itself');
      });
      throw error;
    }
  }

  /** Some at once, in their order. When one fails, those on their way end too. */
  async #uploadParts(session: UploadSession, spooled: SpooledContent, call: Call): Promise<readonly UploadedPart[]> {
    const abort = new Abort();
    const unfollow = whenAborted(call.signal, () => abort.abort(call.signal.reason));
    const own: Call = { ...call, signal: abort.signal };
    const offsets = Array.from(
      { length: Math.ceil(spooled.sizeBytes / session.part_size) },
      (_, index) => index * session.part_size,
    );
    const rest = offsets.values();
    const parts: UploadedPart[] = [];
    const uploadNext = async () => {
      for (const offset of rest) parts.push(await this.#uploadPart(session, spooled, offset, own));
    };
    try {
      await Promise.all(Array.from({ length: partsAtOnce }, uploadNext));
    } catch (error) {
      abort.abort(error);
      throw error;
    } finally {
      unfollow();
    }
    return parts.sort((one, other) => one.offset - other.offset);
  }

  /** Read twice: its digest is sent ahead of it. */
  async #uploadPart({ id, part_size: partSize }: UploadSession, spooled: SpooledContent, offset: number, call: Call) {
    const end = Math.min(offset + partSize, spooled.sizeBytes);
    const hash = createHash('sha1');
    for await (const chunk of spooled.read(offset, end)) hash.update(chunk);
    const range = `${offset}-${end - 1}/${spooled.sizeBytes}`;
    return this.api.uploadPart(
      id,
      { content: spooled.read(offset, end), sizeBytes: end - offset },
      range,
      hash.digest('base64'),
      call,
    );
  }

  /** Asked again while Box puts the parts together: the same request, until it gives the file. */
  async #commit(
    { id }: UploadSession,
    target: UploadTarget,
    parts: readonly UploadedPart[],
    sha1: string,
    call: Call,
  ): Promise<BoxFile> {
    for (let commits = 1; commits <= maxCommits; commits += 1) {
      const answer = await this.api.commitSession(id, target, parts, sha1, call).catch((error: unknown) => {
        if (commits < maxMismatches && isMismatch(error)) return { retryAfterSeconds: 1 };
        throw error;
      });
      if (!('retryAfterSeconds' in answer)) return answer;
      await wait(Math.min(answer.retryAfterSeconds, maxCommitWaitSeconds) * 1_000, null, { signal: call.signal });
    }
    throw new ContentError('PROVIDER_TIMEOUT', 'Box did not put the parts of the file together in time');
  }
}

/** Where a new file goes, by what is there under its name. */
export async function chooseTarget(
  api: BoxApi,
  { folderId, filename, onCollision }: { readonly folderId: string; readonly filename: string; readonly onCollision: Collision },
  call: Call,
): Promise<UploadTarget> {
  const conflict = await api.checkUpload(filename, folderId, call);
  if (!conflict) return { filename, folderId };
  if (onCollision === 'NEW_VERSION' && conflict.type === 'file') return { filename, fileId: conflict.id, etag: null };
  if (onCollision === 'RENAME') return { filename: await freeName(api, folderId, filename, call), folderId };
  throw nameTaken(filename);
}

/** Tries few numbers in a row, then ever larger ones. */
async function freeName(api: BoxApi, folderId: string, filename: string, call: Call): Promise<string> {
  for (let number = 2; number < 1_000_000; number = number < 8 ? number + 1 : number * 2) {
    const name = numberedFilename(filename, number);
    if (!(await api.checkUpload(name, folderId, call))) return name;
  }
  throw nameTaken(filename);
}

function nameTaken(filename: string): ContentError {
  return new ContentError('CONFLICT', `There is something named "${filename}" in this folder already`);
}

function isMismatch(error: unknown): boolean {
  return error instanceof ContentError && error.details.upstreamCode === 'parts_mismatch';
}

/** BAD_USER_INPUT names what is allowed. */
function parseDigest({ digest }: IncomingContent): IncomingContent['digest'] {
  if (!digest) return null;
  const algorithm = /^sha-?(1|256)$/i.exec(digest.algorithm)?.[1];
  if (algorithm === undefined) throw new ContentError('BAD_USER_INPUT', 'digest.algorithm must be sha1 or sha256');
  return { algorithm: `sha${algorithm}`, hex: digest.hex.toLowerCase() };
}
