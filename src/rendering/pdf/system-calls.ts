import type { Stats } from 'node:fs';
import type { Disk, FolderEntry } from './disk.js';

/** How WASI counts errors. A system call answers with the negative number. */
const errno = { badFile: 8, io: 29, notFound: 44, readOnly: 69 } as const;
/** Sizes in bytes of the C structures `stat` and `dirent`, as Emscripten lays them out. */
const statBytes = 96;
const entryBytes = 280;
/** Above every number that Emscripten gives to its own streams. */
const firstHandle = 1000;
const seekFromStart = 0;
const seekFromPosition = 1;

interface OpenFile {
  readonly kind: 'file';
  readonly fd: number;
  readonly stats: Stats;
  position: number;
}

interface OpenFolder {
  readonly kind: 'folder';
  readonly stats: Stats;
  readonly entries: readonly FolderEntry[];
  position: number;
}

type SystemCall = (...args: never[]) => number;

/** The system calls with which compiled C code reads files, answered from a disk. `memory` tells the module's memory as it is now. */
export function createSystemCalls(disk: Disk, memory: () => ArrayBuffer): Record<'env' | 'wasi', Record<string, SystemCall>> {
  const handles = new Map<number, OpenFile | OpenFolder>();
  let nextHandle = firstHandle;

  function open(_folder: number, namePointer: number): number {
    const name = readString(memory(), namePointer);
    const stats = disk.stat(name);
    if (!stats) return -errno.notFound;
    const handle = nextHandle++;
    handles.set(
      handle,
      stats.isDirectory()
        ? { kind: 'folder', stats, entries: disk.list(name), position: 0 }
        : { kind: 'file', stats, fd: disk.open(name), position: 0 },
    );
    return handle;
  }

  function stat(namePointer: number, target: number): number {
    const stats = disk.stat(readString(memory(), namePointer));
    return stats ? writeStat(memory(), target, stats) : -errno.notFound;
  }

  function statOpen(handle: number, target: number): number {
    const opened = handles.get(handle);
    return opened ? writeStat(memory(), target, opened.stats) : -errno.badFile;
  }

  function list(handle: number, target: number, capacity: number): number {
    const folder = handles.get(handle);
    if (folder?.kind !== 'folder') return -errno.badFile;
    const entries = folder.entries.slice(folder.position, folder.position + Math.floor(capacity / entryBytes));
    entries.forEach((entry, index) => {
      writeEntry(memory(), target + index * entryBytes, entry, folder.position + index + 1);
    });
    folder.position += entries.length;
    return entries.length * entryBytes;
  }

  function read(handle: number, vectors: number, vectorCount: number, countPointer: number): number {
    const file = handles.get(handle);
    if (file?.kind !== 'file') return errno.badFile;
    const view = new DataView(memory());
    let total = 0;
    for (let index = 0; index < vectorCount; index++) {
      const pointer = view.getUint32(vectors + index * 8, true);
      const target = new Uint8Array(memory(), pointer, view.getUint32(vectors + index * 8 + 4, true));
      const count = disk.read(file.fd, target, file.position);
      file.position += count;
      total += count;
      if (count < target.length) break;
    }
    view.setUint32(countPointer, total, true);
    return 0;
  }

  function seek(handle: number, offset: bigint, from: number, positionPointer: number): number {
    const file = handles.get(handle);
    if (!file) return errno.badFile;
    const base = from === seekFromStart ? 0 : from === seekFromPosition ? file.position : file.stats.size;
    file.position = base + Number(offset);
    new DataView(memory()).setBigInt64(positionPointer, BigInt(file.position), true);
    return 0;
  }

  function close(handle: number): number {
    const opened = handles.get(handle);
    if (opened?.kind === 'file') disk.close(opened.fd);
    return handles.delete(handle) ? 0 : errno.badFile;
  }

  return {
    env: {
      __syscall_openat: guarded(open, -errno.io),
      __syscall_stat64: guarded(stat, -errno.io),
      __syscall_lstat64: guarded(stat, -errno.io),
      __syscall_newfstatat: guarded((_folder: number, name: number, target: number) => stat(name, target), -errno.io),
      __syscall_fstat64: guarded(statOpen, -errno.io),
      __syscall_getdents64: guarded(list, -errno.io),
      __syscall_fcntl64: () => 0,
      __syscall_unlinkat: () => -errno.readOnly,
      __syscall_rmdir: () => -errno.readOnly,
      __syscall_ftruncate64: () => -errno.readOnly,
    },
    wasi: { fd_read: guarded(read, errno.io), fd_seek: guarded(seek, errno.io), fd_close: guarded(close, errno.io) },
  };
}

/** C code gets an error number where the disk throws: a file that is gone or may not be read. */
function guarded<Args extends never[]>(call: (...args: Args) => number, failure: number): (...args: Args) => number {
  return (...args) => {
    try {
      return call(...args);
    } catch {
      return failure;
    }
  };
}

function readString(memory: ArrayBuffer, pointer: number): string {
  const bytes = new Uint8Array(memory);
  return new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
}

function writeStat(memory: ArrayBuffer, target: number, stats: Stats): number {
  new Uint8Array(memory, target, statBytes).fill(0);
  const view = new DataView(memory, target, statBytes);
  view.setUint32(4, stats.mode, true);
  view.setUint32(8, stats.nlink, true);
  view.setBigInt64(24, BigInt(stats.size), true);
  view.setBigInt64(88, BigInt(stats.ino), true);
  return 0;
}

function writeEntry(memory: ArrayBuffer, target: number, entry: FolderEntry, next: number): void {
  const view = new DataView(memory, target, entryBytes);
  view.setBigInt64(0, BigInt(next), true);
  view.setBigInt64(8, BigInt(next), true);
  view.setUint16(16, entryBytes, true);
  view.setUint8(18, entry.isFolder ? 4 : 8);
  const name = new Uint8Array(memory, target + 19, entryBytes - 19);
  name[new TextEncoder().encodeInto(entry.name, name.subarray(0, -1)).written] = 0;
}
