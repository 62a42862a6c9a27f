import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { ContentError } from '../errors.js';

/** Where requests may go besides an account's own origin. */
export interface AllowedHosts {
  /** "dl.boxcloud.com", or "*.boxcloud.com" for all below it; https only. Names that lead to private addresses are refused. */
  readonly hosts: readonly string[];
  /** Whole origins that may also be private: "http://127.0.0.1:5001". */
  readonly origins: readonly string[];
}

export interface ConnectorOptions {
  readonly origin: string;
  /** The account's own origin goes wherever the configuration says. */
  readonly own: boolean;
  readonly otherHosts: AllowedHosts;
  readonly timeoutMs: number;
  readonly ca?: string;
}

/** Opens connections to an origin that requests may go to. PROVIDER_ERROR for any other: an answer led there. */
export function connectorFor({ origin, own, otherHosts, timeoutMs, ca }: ConnectorOptions): buildConnector.connector {
  const trusted = own || otherHosts.origins.includes(origin);
  if (!trusted && !isListed(new URL(origin), otherHosts.hosts)) throw notAllowed(new URL(origin).host);
  return buildConnector({ timeout: timeoutMs, ...(ca ? { ca } : {}), ...(trusted ? {} : { lookup: lookupPublic }) });
}

function isListed({ protocol, hostname }: URL, hosts: readonly string[]): boolean {
  const matches = (host: string) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host);
  return protocol === 'https:' && isIP(hostname) === 0 && hosts.some(matches);
}

/** Checked at the connection itself, so that a name cannot lead elsewhere between the check and the use. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const inside = addresses.find(isPrivate);
    if (inside) return callback(notAllowed(hostname), '', 0);
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
};

/** RFC 6890: addresses that do not belong to the public internet. Those of IPv4 are found in their IPv6 form (::ffff:10.0.0.1) too. */
const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  // Translated and tunnelled IPv4, whose address inside would have to be looked at: NAT64, Teredo, 6to4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv6');

export function isPrivate({ address, family }: LookupAddress): boolean {
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function notAllowed(host: string): ContentError {
  return new ContentError('PROVIDER_ERROR', `An answer led to ${host}, which requests may not go to`);
}
