/** Names bytes by their SHA-256 for caches above, which do not know what a provider's digests mean. */
export function toContentKey(digest: string): string {
  return `sha256-${digest}`;
}
