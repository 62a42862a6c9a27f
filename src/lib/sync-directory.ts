import { open } from 'node:fs/promises';

/** Puts a directory's entries on the disk: the names that were added, renamed or removed. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
