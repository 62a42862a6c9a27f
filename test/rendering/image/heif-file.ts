import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A picture as its encoder wrote it, in one piece. */
export interface CodedPicture {
  readonly width: number;
  readonly height: number;
  /** The decoder configuration, a box. */
  readonly hvcC: Buffer;
  readonly data: Buffer;
}

/** A file as a phone writes it: the picture in tiles, row by row, with a thumbnail, turned by properties. */
export interface HeifFile {
  readonly tiles: readonly (readonly CodedPicture[])[];
  /** px; what of the last tiles reaches beyond is cut off. */
  readonly width: number;
  readonly height: number;
  /** Quarter turns against the clock. */
  readonly turns?: 0 | 1 | 2 | 3;
  /** After the turns, what is exchanged: top and bottom, or left and right. */
  readonly mirrored?: 'top-bottom' | 'left-right';
  /** An ICC profile, or the numbers of primaries, transfer and matrix of the video standards. */
  readonly colour?: Buffer | readonly [number, number, number];
  readonly thumbnail?: CodedPicture;
  /** What its EXIF says, which a phone writes as well and readers must not follow. */
  readonly exifOrientation?: number;
  readonly brand?: string;
}

export function readFixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)));
}

/** Of a file that holds one picture and nothing else. */
export function readCoded(name: string): CodedPicture {
  const file = readFixture(name);
  const size = boxAt(file, 'ispe');
  return {
    width: size.readUInt32BE(12),
    height: size.readUInt32BE(16),
    hvcC: boxAt(file, 'hvcC'),
    data: boxAt(file, 'mdat').subarray(8),
  };
}

/** ISO/IEC 23008-12: a grid of hidden tiles is the main item; properties are shared and found by their places in a list. */
export function writeHeif(file: HeifFile): Buffer {
  const tiles = file.tiles.flat();
  const first = tiles[0];
  if (!first) throw new Error('A grid has tiles');
  const grid = { id: tiles.length + 1, type: 'grid', data: gridOf(file) };
  const coded = tiles.map((tile, index) => ({ id: index + 1, type: 'hvc1', data: tile.data, hidden: true }));
  const thumbnail = file.thumbnail ? [{ id: grid.id + 1, type: 'hvc1', data: file.thumbnail.data, hidden: true }] : [];
  const exif = file.exifOrientation ? [{ id: grid.id + 2, type: 'Exif', data: exifOf(file.exifOrientation), hidden: true }] : [];
  const items = [...coded, grid, ...thumbnail, ...exif];
  const shared = [...turnsOf(file), ...coloursOf(file)];
  const properties = [first.hvcC, sizeOf(first), sizeOf(file), ...shared];
  if (file.thumbnail) properties.push(file.thumbnail.hvcC, sizeOf(file.thumbnail));
  const sharedPlaces = shared.map((_, index) => index + 4);
  const places = [
    ...coded.map(({ id }) => [id, [1, 2]] as const),
    [grid.id, [3, ...sharedPlaces]] as const,
    ...thumbnail.map(({ id }) => [id, [properties.length - 1, properties.length, ...sharedPlaces]] as const),
  ];
  const references = [
    reference('dimg', grid.id, coded),
    ...thumbnail.map(({ id }) => reference('thmb', id, [grid])),
    ...exif.map(({ id }) => reference('cdsc', id, [grid])),
  ];
  const metaWith = (start: number) =>
    fullBox('meta', 0, [
      fullBox('hdlr', 0, [zeros(4), text('pict'), zeros(13)]),
      fullBox('pitm', 0, [u16(grid.id)]),
      fullBox('iloc', 0, [Buffer.from([0x44, 0]), u16(items.length), ...locations(items, start)]),
      fullBox('iinf', 0, [u16(items.length), ...items.map(entryOf)]),
      fullBox('iref', 0, references),
      box('iprp', [box('ipco', properties), fullBox('ipma', 0, [u32(places.length), ...places.map(associations)])]),
    ]);
  const brand = file.brand ?? 'heic';
  const ftyp = box('ftyp', [text(brand), zeros(4), text('mif1'), text(brand)]);
  const start = ftyp.length + metaWith(0).length + 8;
  return Buffer.concat([
    ftyp,
    metaWith(start),
    box(
      'mdat',
      items.map(({ data }) => data),
    ),
  ]);
}

interface Item {
  readonly id: number;
  readonly type: string;
  readonly data: Buffer;
  readonly hidden?: boolean;
}

function gridOf({ tiles, width, height }: HeifFile): Buffer {
  return Buffer.concat([Buffer.from([0, 1, tiles.length - 1, (tiles[0]?.length ?? 0) - 1]), u32(width), u32(height)]);
}

/** Four bytes that say where the TIFF begins, then a directory of one field, the orientation. */
function exifOf(orientation: number): Buffer {
  const field = Buffer.concat([u16(0x0112), u16(3), u32(1), u16(orientation), u16(0)]);
  return Buffer.concat([u32(0), text('MM\0*'), u32(8), u16(1), field, u32(0)]);
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): Buffer {
  return fullBox('ispe', 0, [u32(width), u32(height)]);
}

function turnsOf({ turns, mirrored }: HeifFile): readonly Buffer[] {
  const irot = turns ? [box('irot', [Buffer.from([turns])])] : [];
  return mirrored ? [...irot, box('imir', [Buffer.from([mirrored === 'top-bottom' ? 0 : 1])])] : irot;
}

function coloursOf({ colour }: HeifFile): readonly Buffer[] {
  if (!colour) return [];
  if (Buffer.isBuffer(colour)) return [box('colr', [text('prof'), colour])];
  return [box('colr', [text('nclx'), ...(colour as readonly number[]).map(u16), Buffer.from([0x80])])];
}

function locations(items: readonly Item[], start: number): readonly Buffer[] {
  let offset = start;
  return items.map(({ id, data }) => {
    const location = Buffer.concat([u16(id), u16(0), u16(1), u32(offset), u32(data.length)]);
    offset += data.length;
    return location;
  });
}

function entryOf({ id, type, hidden }: Item): Buffer {
  return fullBox('infe', hidden ? 0x02000001 : 0x02000000, [u16(id), u16(0), text(type), zeros(1)]);
}

function reference(type: string, from: number, to: readonly Item[]): Buffer {
  return box(type, [u16(from), u16(to.length), ...to.map(({ id }) => u16(id))]);
}

function associations([id, places]: readonly [number, readonly number[]]): Buffer {
  return Buffer.concat([u16(id), Buffer.from([places.length, ...places.map((place) => place | 0x80)])]);
}

function boxAt(file: Buffer, type: string): Buffer {
  const start = file.indexOf(type, 0, 'latin1') - 4;
  return file.subarray(start, start + file.readUInt32BE(start));
}

function box(type: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}

/** A box with a version in the upper eight bits and flags in the lower ones. */
function fullBox(type: string, versionAndFlags: number, parts: readonly Buffer[]): Buffer {
  return box(type, [u32(versionAndFlags), ...parts]);
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(four: string): Buffer {
  return Buffer.from(four, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}
