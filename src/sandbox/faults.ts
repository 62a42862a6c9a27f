import { z } from 'zod';

/** Misbehaviour that a sandbox is told to show. It strikes requests that match, `times` of them (all where absent). */
export const faultSchema = z.intersection(
  z.object({
    method: z.string().optional(),
    /** A regular expression over path and query. */
    path: z.string().refine(isPattern, 'must be a regular expression').optional(),
    times: z.int().positive().optional(),
  }),
  z.discriminatedUnion('kind', [
    /** Answers later. */
    z.object({ kind: z.literal('latency'), milliseconds: z.int().min(0).max(600_000) }),
    /** Answers with a refusal in the system's own form. */
    z.object({ kind: z.literal('status'), status: z.int().min(400).max(599), retryAfterSeconds: z.int().min(0).optional() }),
    /** Resets the connection instead of answering. */
    z.object({ kind: z.literal('reset') }),
    /** Ends the connection after this many bytes of a body that was announced in full. */
    z.object({ kind: z.literal('truncate'), afterBytes: z.int().min(0) }),
    /** Sends the body in small pieces. */
    z.object({ kind: z.literal('slow'), bytesPerSecond: z.int().positive() }),
    /** Sends this body and type instead of its own, with status 200. */
    z.object({ kind: z.literal('body'), contentType: z.string(), body: z.string() }),
    /** Treats the credential as one that has ended. */
    z.object({ kind: z.literal('expiredToken') }),
    /** Says that a picture is still being made. */
    z.object({ kind: z.literal('pending'), retryAfterSeconds: z.int().min(0).optional() }),
  ]),
);

function isPattern(path: string): boolean {
  try {
    new RegExp(path);
    return true;
  } catch {
    return false;
  }
}

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

export interface FaultTarget {
  readonly method: string;
  readonly path: string;
}

interface Armed {
  readonly fault: Fault;
  readonly path: RegExp | null;
  left: number;
}

/** The faults a sandbox shows now, in the order they were given. */
export class Faults {
  #armed: readonly Armed[] = [];

  add(fault: Fault): void {
    const path = fault.path === undefined ? null : new RegExp(fault.path);
    this.#armed = [...this.#armed, { fault, path, left: fault.times ?? Number.POSITIVE_INFINITY }];
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first of a kind that strikes this request; that is one time less. */
  take<Kind extends FaultKind>(kind: Kind, { method, path }: FaultTarget): FaultOf<Kind> | null {
    const armed = this.#armed.find(
      ({ fault, path: pattern, left }) =>
        fault.kind === kind && left > 0 && (fault.method ?? method) === method && (pattern?.test(path) ?? true),
    );
    if (!armed) return null;
    armed.left -= 1;
    return armed.fault as FaultOf<Kind>;
  }
}
