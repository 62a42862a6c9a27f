import { Agent, request } from 'undici';
import { type Account, openAccount } from '../../composition/accounts.js';
import { toContentError } from '../../errors.js';
import { openViewer } from '../../identity/viewer.js';
import type { Check, Finding } from './check.js';

/** With a clock that differs by more, tokens and signed URLs end too early or too late. In milliseconds. */
const maxSkewMs = 60_000;
const connectTimeoutMs = 10_000;
/** What is read of an answer that nobody looks at. */
const maxBodyBytes = 64 * 1024;

/** What every configured account needs: an answer, a clock that agrees with ours, and credentials that are taken. */
export function accountChecks(accounts: readonly Account[]): readonly Check[] {
  return accounts.flatMap((account) => [
    { name: `${account.name} reach`, run: (signal: AbortSignal) => checkReach(account, signal) },
    { name: `${account.name} credentials`, run: (signal: AbortSignal) => checkCredentials(account, signal) },
  ]);
}

/** Any answer will do, also a refusal: it shows that the address, the network and the certificate are right. */
async function checkReach({ name, settings, ca }: Account, signal: AbortSignal): Promise<Finding> {
  const dispatcher = new Agent({ connect: { timeout: connectTimeoutMs, ...(ca ? { ca } : {}) } });
  const sentAt = Date.now();
  try {
    const { headers, body } = await request(settings.baseUrl, { dispatcher, signal });
    await body.dump({ limit: maxBodyBytes, signal });
    const receivedAt = Date.now();
    const found = `${new URL(settings.baseUrl).origin} answers in ${receivedAt - sentAt} ms`;
    return clockFinding(found, toDate(headers.date), (sentAt + receivedAt) / 2);
  } catch (error) {
    throw new Error(reachAdvice(name, settings.baseUrl, error));
  } finally {
    await dispatcher.destroy();
  }
}

function clockFinding(found: string, theirs: number | null, ours: number): Finding {
  if (theirs === null) return `${found}, and does not tell its time`;
  const skewMs = theirs - ours;
  if (Math.abs(skewMs) <= maxSkewMs) return `${found}, and its clock agrees with ours`;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return {
    warning: `${found}, but its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours. Synchronise this machine's (NTP): tokens end by the clock`,
  };
}

function toDate(header: string | string[] | undefined): number | null {
  const time = Date.parse(String(header));
  return Number.isNaN(time) ? null : time;
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/;

function reachAdvice(name: string, baseUrl: string, error: unknown): string {
  const { host, hostname } = new URL(baseUrl);
  const setting = `providers.${name}.baseUrl`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `no machine is called ${hostname}. Correct ${setting}, or look at the DNS here`;
  if (code === 'ECONNREFUSED') return `nothing listens on ${host}. Correct ${setting}, or start the system there`;
  if (certificateCodes.test(code))
    return `the certificate of ${host} is not trusted here (${code}). Name its authority's PEM file as providers.${name}.caFile`;
  return `${host} does not answer (${code}). Look for a firewall or proxy between here and there, or correct ${setting}`;
}

async function checkCredentials(account: Account, signal: AbortSignal): Promise<Finding> {
  if (account.settings.credentials.mode === 'forward') return 'come with each request: nothing to check here';
  const provider = await openAccount(account);
  try {
    await provider.check({ viewer: openViewer, signal, log: silent });
    return 'are taken';
  } catch (error) {
    throw new Error(credentialsAdvice(account.name, error));
  } finally {
    await provider.close?.();
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function credentialsAdvice(name: string, error: unknown): string {
  const { code, message, details } = toContentError(error);
  if (code === 'PROVIDER_UNAUTHENTICATED' || code === 'FORBIDDEN')
    return `refused (${[details.upstreamStatus, details.upstreamCode].filter(Boolean).join(' ')}). Correct providers.${name}.credentials: ${message}`;
  return `could not be tried: ${message}`;
}
