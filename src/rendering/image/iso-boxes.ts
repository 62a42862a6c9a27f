import type { PositionedFile } from './positioned-file.js';

/** A part of a file that is built like an MP4: HEIF, AVIF, CR3. ISO/IEC 14496-12. */
export interface Box {
  /** The four letters, or for a box of somebody's own its 16 bytes in hexadecimal. */
  readonly type: string;
  /** Behind the header, in bytes. */
  readonly start: number;
  readonly end: number;
}

const maxBoxes = 1000;

/** In order; one that is broken ends them. */
export async function boxesIn(file: PositionedFile, { start, end }: Omit<Box, 'type'>): Promise<readonly Box[]> {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end && boxes.length < maxBoxes; ) {
    const box = await boxAt(file, at, end);
    if (!box) break;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** The first of each type inside the one before. */
export async function descend(file: PositionedFile, from: Omit<Box, 'type'>, path: readonly string[]): Promise<Box | undefined> {
  let inside: Omit<Box, 'type'> = from;
  let found: Box | undefined;
  for (const wanted of path) {
    found = (await boxesIn(file, inside)).find(({ type }) => type === wanted);
    if (!found) return undefined;
    inside = found;
  }
  return found;
}

/** A size of 1 stands for one of 64 bits behind the type, 0 for "to the end". */
async function boxAt(file: PositionedFile, at: number, limit: number): Promise<Box | null> {
  const head = await file.read(at, 32);
  if (head.length < 8) return null;
  const size = head.readUInt32BE(0);
  const isLong = size === 1 && head.length >= 16;
  const end = size === 0 ? limit : at + (isLong ? Number(head.readBigUInt64BE(8)) : size);
  const typeAt = isLong ? 16 : 8;
  const isOwn = head.toString('latin1', 4, 8) === 'uuid';
  const type = isOwn ? head.toString('hex', typeAt, typeAt + 16) : head.toString('latin1', 4, 8);
  const start = at + typeAt + (isOwn ? 16 : 0);
  return end >= start && end <= limit ? { type, start, end } : null;
}
