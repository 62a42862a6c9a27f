/** Calls `leave` when the signal fires; what it returns calls that off. */
export function whenAborted(signal: AbortSignal, leave: () => void): () => void {
  signal.addEventListener('abort', leave, { once: true });
  return () => signal.removeEventListener('abort', leave);
}
