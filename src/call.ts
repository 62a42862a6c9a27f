/** Who asks. `scope` separates cached answers: two viewers share one only if every provider answers them alike. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly scope: string;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every request carries down to the wire. The signal ends all work done for it, at the client's leaving or the deadline. */
export interface Call {
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
  readonly log: Log;
}
