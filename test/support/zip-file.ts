export interface ZipEntry {
  readonly name: string | Buffer;
  /** What the directory says; nothing is in the file. */
  readonly sizeBytes?: number;
  readonly isEncrypted?: boolean;
}

/** A zip that is nothing but its directory, which may say anything. Dated 2026-11-27 17:18. */
export function zipFile(entries: readonly ZipEntry[], count = entries.length): Buffer {
  const directory = Buffer.concat(entries.map(toDirectoryEntry));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  return Buffer.concat([directory, end]);
}

function toDirectoryEntry({ name, sizeBytes = 0, isEncrypted = false }: ZipEntry): Buffer {
  const nameBytes = Buffer.isBuffer(name) ? name : Buffer.from(name);
  const header = Buffer.alloc(46);
  header.write('PK\x01\x02', 'latin1');
  header.writeUInt16LE((isEncrypted ? 1 : 0) | 0x800, 8);
  header.writeUInt16LE(8, 10);
  header.writeUInt16LE((17 << 11) | (18 << 5), 12);
  header.writeUInt16LE(((2026 - 1980) << 9) | (11 << 5) | 27, 14);
  header.writeUInt32LE(sizeBytes, 24);
  header.writeUInt16LE(nameBytes.length, 28);
  return Buffer.concat([header, nameBytes]);
}
