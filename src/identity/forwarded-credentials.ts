import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderName } from '../attachment.js';

/** Where requests carry the viewer's own credential for a provider. Header names are in lower case. */
export type CredentialSource = { readonly header: string } | { readonly cookie: string };
export type CredentialSources = Readonly<Record<ProviderName, CredentialSource>>;

/** What a request brought for each provider; those that it brought nothing for are left out. */
export function forwardedCredentials(
  headers: IncomingHttpHeaders,
  sources: CredentialSources,
): Readonly<Record<ProviderName, string>> {
  const found = Object.entries(sources).map(([provider, source]) => [provider, credentialOf(headers, source)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== ''));
}

function credentialOf(headers: IncomingHttpHeaders, source: CredentialSource): string {
  if ('cookie' in source) return cookieOf(headers.cookie ?? '', source.cookie);
  const value = headers[source.header];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

/** As the browser sent it, undecoded: the system that set it reads it. */
function cookieOf(header: string, name: string): string {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
