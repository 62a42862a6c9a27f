import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Faults } from '../faults.js';
import { targetOf } from '../simulator.js';
import type { Account } from './account.js';
import {
  type File,
  type Folder,
  type Item,
  isAtLeast,
  lineage,
  type PublicLink,
  type Role,
  roleOf,
  type User,
  type Version,
} from './model.js';
import {
  type Action,
  accessCodeRequired,
  doesNotExist,
  insufficientPrivilege,
  linkEnded,
  malformed,
  Refusal,
  type Subject,
} from './refusals.js';
import { anybody, type Directory } from './users.js';

/** No, or no valid, credentials: an empty answer. */
export class Unauthenticated extends Error {}

export interface Opened<T extends Item> {
  readonly item: T;
  /** Whoever asks. */
  readonly user: User;
}

export type Echo = NonNullable<Subject['echo']>;

/** What is asked for: how, by the id in the path, with at least this role. */
export interface Demand {
  readonly action: Action;
  readonly least: Role;
  readonly echo?: Echo;
}

/** Decides who may have what: by own rights, by an applink, or by a public link. */
export class Gate {
  constructor(
    readonly account: Account,
    private readonly directory: Directory,
    private readonly faults: Faults,
  ) {}

  /** The user whose credentials a request brings. */
  userOf(request: FastifyRequest): User {
    const user = this.faults.take('expiredToken', targetOf(request))
      ? null
      : this.directory.identify(request.headers.authorization);
    if (!user) throw new Unauthenticated();
    return user;
  }

  openFile(request: FastifyRequest, demand: Demand, id = idOf(request)): Opened<File> {
    const subject = subjectOf('file', id, demand);
    const { item, user } = this.#open(request, subject, demand);
    if (item.type !== 'file') throw doesNotExist(demand.action, subject);
    return { item, user };
  }

  /** "self" is the home of the user who asks. */
  openFolder(request: FastifyRequest, demand: Demand, id = idOf(request)): Opened<Folder> {
    const subject = subjectOf('folder', id, demand);
    const { item, user } = this.#open(request, subject, demand);
    if (item.type !== 'folder') throw doesNotExist(demand.action, subject);
    return { item, user };
  }

  /** A folder that something goes to: it must be the user's own, whatever link the request brings. */
  folderOf(id: string, user: User, { action, least }: Demand): Folder {
    const folder = id === 'self' ? this.account.homeOf(user) : this.account.find(id);
    if (folder?.type !== 'folder') throw doesNotExist(action, { type: 'folder', id });
    if (!isAtLeast(roleOf(user, folder), least)) throw insufficientPrivilege(action, { type: 'folder', id }, user);
    return folder;
  }

  #open(request: FastifyRequest, subject: Subject, { action, least }: Demand): Opened<Item> {
    const link = this.#publicLinkOf(request);
    const user = link?.assignedUsers === '@everybody' && !request.headers.authorization ? anybody : this.userOf(request);
    const item = subject.id === 'self' ? this.account.homeOf(user) : this.account.find(subject.id);
    if (!item) throw doesNotExist(action, subject);
    const role = this.#roleFor(request, { item, user }, link, () => accessCodeRequired(action, { ...subject, id: item.id }));
    if (!isAtLeast(role, least)) throw insufficientPrivilege(action, { ...subject, id: item.id }, user);
    return { item, user };
  }

  /** A link that a request brings counts alone: own rights never stand in for it. */
  #roleFor(
    request: FastifyRequest,
    { item, user }: Opened<Item>,
    link: PublicLink | null,
    codeMissing: () => Refusal,
  ): Role | null {
    const appLink = this.#appLinkOf(request);
    if (appLink) return [...lineage(item)].includes(appLink.item) ? appLink.role : null;
    if (!link) return roleOf(user, item);
    if (!isFor(link, user)) return null;
    if (link.password !== null && !codesOf(request, link.id).includes(link.password)) throw codeMissing();
    return [...lineage(item)].includes(link.item) ? link.role : null;
  }

  #appLinkOf(request: FastifyRequest) {
    const id = header(request, 'applinkid');
    if (id === null) return null;
    const accessToken = header(request, 'accesstoken');
    if (accessToken === null) throw malformed('An accessToken must be provided together with an appLinkID.');
    const link = this.account.appLinks.get(id);
    if (!link || link.accessToken !== accessToken || link.accessEndsAt <= Date.now()) throw linkEnded();
    return link;
  }

  #publicLinkOf(request: FastifyRequest): PublicLink | null {
    const id = header(request, 'linkid');
    if (id === null) return null;
    const link = this.account.publicLinks.get(id);
    if (!link || !this.account.find(link.item.id) || (link.expiresAt && link.expiresAt.getTime() <= Date.now()))
      throw linkEnded();
    return link;
  }
}

function isFor({ assignedUsers }: PublicLink, { id, loginName }: User): boolean {
  if (assignedUsers === '@everybody' || assignedUsers === '@serviceinstance') return true;
  const users = assignedUsers.split(',').map((user) => user.trim());
  return users.includes(id) || users.includes(loginName);
}

/** The id in a path; folders without one are the home. */
function idOf(request: FastifyRequest): string {
  const { id = 'self' } = request.params as { readonly id?: string };
  return id;
}

function subjectOf(type: Subject['type'], id: string, { echo }: Demand): Subject {
  return { type, id, ...(echo ? { echo } : {}) };
}

/** The version that a request names, or the current one. */
export function versionOf(file: File, asked: string | undefined, demand: Demand): Version {
  const version = asked === undefined ? [...file.versions.values()].at(-1) : file.versions.get(Number(asked));
  if (!version) throw doesNotExist(demand.action, subjectOf('file', file.id, demand));
  return version;
}

export async function sendRefusal(error: unknown, reply: FastifyReply): Promise<boolean> {
  if (error instanceof Unauthenticated) await reply.code(401).header('www-authenticate', 'Bearer').send();
  else if (error instanceof Refusal) await reply.code(error.status).send(error.body);
  else return false;
  return true;
}

export function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The access codes that cookies bring for a link, as written and decoded. */
function codesOf({ headers }: FastifyRequest, linkId: string): readonly string[] {
  const prefix = `dAccessCode-${linkId}=`;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const written = cookies.filter((cookie) => cookie.startsWith(prefix)).map((cookie) => cookie.slice(prefix.length));
  return written.flatMap((code) => [code, decoded(code)]);
}

function decoded(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
