import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Account, BoxItem, SharedLink } from './account.js';
import { apiPath } from './paths.js';
import { badRequest, Refusal, refusalOf } from './refusals.js';
import { type Box, headerOf, isNotModified, toItem } from './routes.js';

const linkSchema = z.object({
  access: z.enum(['open', 'company', 'collaborators']).optional(),
  password: z.string().nullish(),
  vanity_name: z.string().min(12).nullish(),
  unshared_at: z.iso.datetime({ offset: true }).nullish(),
  permissions: z.object({ can_download: z.boolean().optional(), can_edit: z.boolean().optional() }).optional(),
});

/** At least eight characters with a digit, an upper-case letter or a sign. */
const strongPassword = /^(?=.*[^a-z]).{8,}$/s;

/** What a file is shared by after a change. https://developer.box.com/reference/put-files-id--add-shared-link/ */
export function toSharedLink(wanted: unknown, before: SharedLink | null): SharedLink {
  const link = linkSchema.parse(wanted);
  const access = link.access ?? before?.access ?? 'open';
  const { password = before?.password ?? null } = link;
  if (link.password && (access !== 'open' || !strongPassword.test(link.password))) {
    throw badRequest('password', 'A password needs open access, eight characters and one that is no lower-case letter.');
  }
  return {
    url: before?.url ?? `https://app.box.com/s/${randomBytes(16).toString('hex')}`,
    access,
    password: access === 'open' ? password : null,
    vanityName: link.vanity_name === undefined ? (before?.vanityName ?? null) : link.vanity_name,
    unsharedAt: link.unshared_at ? new Date(link.unshared_at) : null,
    canDownload: link.permissions?.can_download ?? before?.canDownload ?? true,
    canEdit: link.permissions?.can_edit ?? before?.canEdit ?? false,
  };
}

/** https://developer.box.com/reference/get-shared-items/ */
export function addSharedLinkRoutes(app: FastifyInstance, box: Box): void {
  app.get(`${apiPath}/shared_items`, async (request, reply) => {
    const item = linkedItem(box.account, request);
    if (!item) throw badRequest('boxapi', "'boxapi' is required", 'missing_parameter');
    return isNotModified(request, item) ? reply.code(304).send() : toItem(box, item, request);
  });
}

/** A request that names a shared link must know its password, and reaches only what lies below it. */
export function assertLinkOpens(account: Account, request: FastifyRequest, item: BoxItem): void {
  const linked = linkedItem(account, request);
  if (linked && linked !== item && !account.parents(item).some((parent) => parent === linked)) throw refusalOf(404);
}

/** The item of the link in the BoxApi header; null where there is no such header. */
function linkedItem(account: Account, request: FastifyRequest): BoxItem | null {
  const header = headerOf(request, 'boxapi');
  if (header === null) return null;
  const match = /^shared_link=(.*?)(?:&shared_link_password=(.*))?$/s.exec(header);
  const url = decoded(match?.[1] ?? '');
  const item = account.items().find(({ sharedLink }) => sharedLink !== null && addressesOf(sharedLink).includes(url));
  if (!item?.sharedLink || account.isTrashed(item) || hasEnded(item.sharedLink)) throw refusalOf(404);
  const { password } = item.sharedLink;
  if (password === null || password === decoded(match?.[2] ?? '')) return item;
  throw new Refusal(403, 'incorrect_shared_item_password', 'The password for this shared item is missing or incorrect');
}

function addressesOf({ url, vanityName }: SharedLink): readonly string[] {
  return vanityName === null ? [url] : [url, `https://app.box.com/v/${vanityName}`];
}

function hasEnded({ unsharedAt }: SharedLink): boolean {
  return unsharedAt !== null && unsharedAt < new Date();
}

/** Clients send links and passwords as they are, or percent-encoded. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
