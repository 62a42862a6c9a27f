/** One thing that the server leans on. */
export interface Check {
  readonly name: string;
  /** Rejects with an Error whose message says what to do. */
  readonly run: (signal: AbortSignal) => Promise<Finding>;
}

/** What was found: all is well, or it is worth a look. */
export type Finding = string | { readonly warning: string };

export interface Outcome {
  readonly state: 'ok' | 'warning' | 'wrong';
  readonly text: string;
}

/** Longest time for one check. */
const checkTimeoutMs = 15_000;

/** Side by side, in the order of the checks. */
export function runChecks(checks: readonly Check[]): Promise<readonly Outcome[]> {
  return Promise.all(checks.map(outcomeOf));
}

async function outcomeOf({ run }: Check): Promise<Outcome> {
  const signal = AbortSignal.timeout(checkTimeoutMs);
  try {
    const finding = await Promise.race([run(signal), rejectAt(signal)]);
    return typeof finding === 'string' ? { state: 'ok', text: finding } : { state: 'warning', text: finding.warning };
  } catch (error) {
    return { state: 'wrong', text: error instanceof Error ? error.message : String(error) };
  }
}

function rejectAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`did not end within ${checkTimeoutMs / 1000} seconds`)));
  });
}
