import type { ErrorCode } from '../../errors.js';

/** A job is about one file; everything else in it is between the renderer and its program. */
export interface ThreadJob {
  readonly path: string;
}

export type ThreadAnswer<Result> =
  | { readonly ok: true; readonly result: Result; readonly report: ThreadReport }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly report: ThreadReport };

export interface ThreadReport {
  /** Of what the thread's engine holds outside of the script's own heap. */
  readonly memoryBytes: number;
  /** The job's file was not open yet. */
  readonly opened: boolean;
  /** Its engine can no longer be trusted, or holds too much, so the thread takes no more jobs. */
  readonly spent: boolean;
}
