/** [MS-CFB]: streams of bytes in one file, as chains of sectors. Numbers are 32-bit, little-endian. */
const markHex = 'd0cf11e0a1b11ae1';
const fatNumbersInHeader = 109;
const endOfChain = -2;
/** No entry, no sector. */
const nothing = -1;
const [storage, stream, root] = [1, 2, 5];
const linkBytes = 4;
const entryBytes = 128;
/** Parts of the root's stream. A stream of fewer bytes than `smallStreamEnd` is made of them. */
const miniSectorBytes = 64;
const smallStreamEnd = 4096;

/**
 * Whether all that a reader follows comes to an end: chains of sectors and the tree of entries stay inside the file, nothing is met twice,
 * and no stream is said to hold more than its chain. Takes time in proportion to the size of the file.
 */
export function isSoundCompoundFile(bytes: Buffer): boolean {
  try {
    followAll(bytes);
    return true;
  } catch (error) {
    // Buffer throws it too, of what would be read outside.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function followAll(bytes: Buffer): void {
  if (bytes.toString('hex', 0, 8) !== markHex) throw new RangeError('Another kind of file');
  const sectorBytes = bytes[30] === 12 ? 4096 : 512;
  const recordsIn = (sectors: readonly number[], recordBytes: number) => new Records(bytes, sectorBytes, sectors, recordBytes);
  const met = new Once(Math.ceil(bytes.length / sectorBytes) - 1);
  const chains = new Chains(met, recordsIn(fatSectors(bytes, sectorBytes, met), linkBytes));
  const entries = recordsIn(chains.follow(bytes.readInt32LE(0x30)), entryBytes);
  const miniFat = chains.follow(bytes.readInt32LE(0x3c), bytes.readInt32LE(0x40));
  const top = entryAt(entries, 0);
  if (top.type !== root) throw new RangeError('No root');
  const miniSectors = (chains.follow(top.start).length * sectorBytes) / miniSectorBytes;
  const miniChains = new Chains(new Once(miniSectors), recordsIn(miniFat, linkBytes));
  for (const { size, start } of streamsBelow(top, entries)) {
    const [unit, chain] = size < smallStreamEnd ? [miniSectorBytes, miniChains] : [sectorBytes, chains];
    if (chain.follow(start).length * unit < size) throw new RangeError('A stream is cut off');
  }
}

/** Those that hold the links between sectors, as listed in the header and in a chain of sectors of its own. */
function fatSectors(bytes: Buffer, sectorBytes: number, met: Once): readonly number[] {
  const count = bytes.readInt32LE(0x2c);
  const fat: number[] = [];
  const list = (position: number, most: number) => {
    for (let index = 0; index < most && fat.length < count; index += 1)
      fat.push(met.meet(bytes.readInt32LE(position + index * linkBytes)));
  };
  list(0x4c, fatNumbersInHeader);
  let next = bytes.readInt32LE(0x44);
  for (let left = bytes.readInt32LE(0x48); left > 0; left -= 1) {
    const position = (met.meet(next) + 1) * sectorBytes;
    list(position, sectorBytes / linkBytes - 1);
    next = bytes.readInt32LE(position + sectorBytes - linkBytes);
    if (next === endOfChain || next === nothing) break;
  }
  return fat;
}

interface Entry {
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

function entryAt(entries: Records, index: number): Entry {
  const number = (position: number) => entries.numberAt(index, position) ?? nothing;
  return {
    type: number(0x42) & 0xff,
    left: number(0x44),
    right: number(0x48),
    child: number(0x4c),
    start: number(0x74),
    size: number(0x78),
  };
}

function streamsBelow(top: Entry, entries: Records): readonly Entry[] {
  const met = new Once(entries.count);
  met.meet(0);
  const streams: Entry[] = [];
  const waiting = [top.child];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index === nothing) continue;
    const entry = entryAt(entries, met.meet(index));
    waiting.push(entry.left, entry.right);
    if (entry.type === storage) waiting.push(entry.child);
    if (entry.type === stream && entry.size !== 0) streams.push(entry);
  }
  return streams;
}

/** Of one length, one after the other in sectors that are anywhere in the file. */
class Records {
  readonly count: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly sectorBytes: number,
    private readonly sectors: readonly number[],
    private readonly recordBytes: number,
  ) {
    this.count = (sectors.length * sectorBytes) / recordBytes;
  }

  /** null: there is no such record. */
  numberAt(index: number, position = 0): number | null {
    const perSector = this.sectorBytes / this.recordBytes;
    const sector = this.sectors[Math.floor(index / perSector)];
    if (sector === undefined) return null;
    return this.bytes.readInt32LE((sector + 1) * this.sectorBytes + (index % perSector) * this.recordBytes + position);
  }
}

/** Sectors that go on in others. */
class Chains {
  constructor(
    private readonly met: Once,
    private readonly links: Records,
  ) {}

  follow(start: number, most = Number.POSITIVE_INFINITY): readonly number[] {
    const chain: number[] = [];
    for (let sector = start; sector !== endOfChain && chain.length < most; sector = this.links.numberAt(sector) ?? endOfChain)
      chain.push(this.met.meet(sector));
    return chain;
  }
}

/** Numbers from 0 up to, not including, `count`. */
class Once {
  readonly #met: Uint8Array;

  constructor(count: number) {
    this.#met = new Uint8Array(count);
  }

  meet(number: number): number {
    if (this.#met[number] !== 0) throw new RangeError('Outside, or met twice');
    this.#met[number] = 1;
    return number;
  }
}
