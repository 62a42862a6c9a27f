/** "SQLITE_IOERR" of "SQLITE_IOERR_FSYNC"; "" for any other error. Not by class: the library has one for each time it was loaded. */
export function sqliteCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? '';
}
