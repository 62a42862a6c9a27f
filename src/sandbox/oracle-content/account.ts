import { extname } from 'node:path';
import { newId } from './ids.js';
import {
  type AppLink,
  currentVersion,
  type File,
  type Folder,
  type Item,
  type PublicLink,
  type User,
  type Version,
} from './model.js';
import { nameTaken } from './refusals.js';

/** Bytes that become a version. */
export interface NewContent {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mimeType: string;
}

/** Everything that the simulated instance holds. What is deleted goes to a trash that its API cannot look into. */
export class Account {
  readonly items = new Map<string, Item>();
  /** Other spellings of ids. */
  readonly aliases = new Map<string, string>();
  readonly publicLinks = new Map<string, PublicLink>();
  readonly appLinks = new Map<string, AppLink>();
  readonly #homes = new Map<string, Folder>();

  find(id: string): Item | null {
    return this.items.get(this.aliases.get(id) ?? id) ?? null;
  }

  /** Made when it is first asked for. */
  homeOf(user: User): Folder {
    const known = this.#homes.get(user.id);
    if (known) return known;
    const home = this.#addFolder(null, 'Home', user, { id: newId('folder'), at: now() });
    this.#homes.set(user.id, home);
    return home;
  }

  /** Names are taken whatever their case. */
  childNamed(folder: Folder, name: string): Item | null {
    const wanted = name.toLowerCase();
    for (const child of folder.children) if (child.name.toLowerCase() === wanted) return child;
    return null;
  }

  createFolder(parent: Folder, name: string, by: User, more: { id?: string; at?: Date; owner?: User } = {}): Folder {
    if (this.childNamed(parent, name)) throw nameTaken(name);
    return this.#addFolder(parent, name, by, { id: newId('folder'), at: now(), ...more });
  }

  /** A file of a name that is taken becomes its next version. */
  upload(parent: Folder, content: NewContent, by: User, more: { id?: string; at?: Date } = {}): File {
    const taken = this.childNamed(parent, content.name);
    if (taken?.type === 'folder') throw nameTaken(content.name);
    if (taken) return this.revise(taken, content, by, more.at);
    const { id = newId('file'), at = now() } = more;
    const file: File = {
      type: 'file',
      id,
      name: content.name,
      parent,
      createdBy: by,
      createdAt: at,
      modifiedBy: by,
      modifiedAt: at,
      versions: new Map(),
      lastNumber: 0,
    };
    this.items.set(id, file);
    parent.children.add(file);
    return this.revise(file, content, by, at);
  }

  /** The file takes the name of what was uploaded; a number is added to one that something else there has. */
  revise(file: File, content: NewContent, by: User, at = now()): File {
    const version = toVersion(file.lastNumber + 1, { ...content, name: this.#freeName(file, content.name) }, by, at);
    file.lastNumber = version.number;
    file.versions.set(version.number, version);
    return Object.assign(file, { name: version.name, modifiedBy: by, modifiedAt: at });
  }

  rename(item: Item, name: string, by: User): void {
    const taken = item.parent && this.childNamed(item.parent, name);
    if (taken && taken !== item) throw nameTaken(name);
    Object.assign(item, { name, modifiedBy: by, modifiedAt: now() });
  }

  /** Keeps the id, dates, owner and versions. */
  move(file: File, destination: Folder, name: string): void {
    const taken = this.childNamed(destination, name);
    if (taken && taken !== file) throw nameTaken(name);
    file.parent.children.delete(file);
    destination.children.add(file);
    Object.assign(file, { parent: destination, name });
  }

  trash(item: Item): void {
    item.parent?.children.delete(item);
    for (const inside of below(item)) this.items.delete(inside.id);
  }

  /** The last one takes the file with it. */
  trashVersion(file: File, version: Version): void {
    file.versions.delete(version.number);
    if (file.versions.size === 0) this.trash(file);
    else if (version.number > currentVersion(file).number) {
      const { name, createdAt } = currentVersion(file);
      Object.assign(file, { name, modifiedAt: createdAt });
    }
  }

  #freeName(file: File, name: string): string {
    const isFree = (wanted: string) => [file, null].includes(this.childNamed(file.parent, wanted) as File | null);
    for (let number = 2, free = name; ; number += 1) {
      if (isFree(free)) return free;
      free = withMark(name, `(${number})`);
    }
  }

  #addFolder(parent: Folder | null, name: string, by: User, { id, at, owner }: { id: string; at: Date; owner?: User }): Folder {
    const folder: Folder = {
      type: 'folder',
      id,
      name,
      parent,
      owner: owner ?? parent?.owner ?? by,
      createdBy: by,
      createdAt: at,
      modifiedBy: by,
      modifiedAt: at,
      children: new Set(),
    };
    this.items.set(id, folder);
    parent?.children.add(folder);
    return folder;
  }
}

/** The system tells times in whole seconds. */
export function now(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

/** "plan123456.pdf": a mark before the extension. */
export function withMark(name: string, mark: string): string {
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}${mark}${extension}`;
}

/** An item and all that is in it. */
export function* below(item: Item): Generator<Item> {
  yield item;
  if (item.type === 'folder') for (const child of item.children) yield* below(child);
}

function toVersion(number: number, { name, bytes, mimeType }: NewContent, createdBy: User, createdAt: Date): Version {
  return { number, name, bytes, mimeType, createdBy, createdAt, renditions: new Map(), pages: null, images: new Map() };
}
