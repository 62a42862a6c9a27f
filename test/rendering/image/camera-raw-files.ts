import { type TiffDirectory, writeDirectory, writeTiffLike } from './tiff-like-file.js';

/** The JPEGs that a camera puts into its raw file; how it held itself is told beside them. */
export interface CameraJpegs {
  readonly large: Buffer;
  readonly small: Buffer;
  readonly orientation: number;
}

/** What a camera compresses its sensor data to; larger than any JPEG beside it, and no picture. */
const sensorData = Buffer.concat([Buffer.from('ffd8ffc3000b0e2000300001001100', 'hex'), Buffer.alloc(200_000, 0x5a)]);
const sensor = { 259: 7, 262: 32_803, 273: { placeOf: sensorData }, 279: sensorData.length };

const jpegAt = (jpeg: Buffer): TiffDirectory => ({ 513: { placeOf: jpeg }, 514: jpeg.length });
const jpegStrip = (jpeg: Buffer, compression: number): TiffDirectory => ({
  259: compression,
  262: 6,
  273: { placeOf: jpeg },
  279: jpeg.length,
});

/** As each maker lays its files out, in so far as it matters to somebody who looks for their JPEGs. */
export const cameraRawFiles: Readonly<Record<string, readonly [contentType: string, write: (jpegs: CameraJpegs) => Buffer]>> = {
  CR2: [
    'image/x-canon-cr2',
    ({ large, small, orientation }) =>
      writeTiffLike({
        extraHeader: Buffer.from('CR\x02\0\0\0\0\0', 'latin1'),
        directories: [
          { ...jpegStrip(large, 6), 274: orientation },
          jpegAt(small),
          { 259: 1, 262: 2, 273: { placeOf: Buffer.alloc(300) }, 279: 300 },
          { 259: 6, 273: { placeOf: sensorData }, 279: sensorData.length },
        ],
      }),
  ],
  NEF: [
    'image/x-nikon-nef',
    ({ large, orientation }) =>
      writeTiffLike({
        littleEndian: false,
        directories: [
          {
            254: 1,
            259: 1,
            262: 2,
            273: { placeOf: Buffer.alloc(300) },
            274: orientation,
            279: 300,
            330: [jpegAt(large), { ...sensor, 259: 34_713 }],
          },
        ],
      }),
  ],
  ARW: [
    'image/x-sony-arw',
    ({ large, small, orientation }) =>
      writeTiffLike({
        directories: [{ ...jpegAt(large), 254: 1, 274: orientation, 330: [{ ...sensor, 259: 32_767 }] }, jpegAt(small)],
      }),
  ],
  DNG: [
    'image/x-adobe-dng',
    ({ large, small, orientation }) =>
      writeTiffLike({
        littleEndian: false,
        directories: [
          { 254: 1, 274: orientation, 330: [sensor, jpegStrip(small, 7), jpegStrip(large, 7)], 50706: Buffer.from([1, 4, 0, 0]) },
        ],
      }),
  ],
  PEF: [
    'image/x-pentax-pef',
    ({ large, small, orientation }) =>
      writeTiffLike({
        littleEndian: false,
        directories: [{ ...sensor, 259: 65_535, 274: orientation }, jpegAt(small), jpegAt(large)],
      }),
  ],
  ORF: [
    'image/x-olympus-orf',
    ({ large, orientation }) => {
      const settings: TiffDirectory = { 257: { placeOf: large }, 258: large.length };
      const header = Buffer.from('OLYMPUS\0II\x03\0', 'latin1');
      const makerNote = writeDirectory(header, { 8224: [settings] });
      return writeTiffLike({
        mark: 0x4f52,
        directories: [{ 273: { placeOf: sensorData }, 274: orientation, 279: sensorData.length, 34665: [{ 37500: makerNote }] }],
      });
    },
  ],
  RW2: [
    'image/x-panasonic-rw2',
    ({ large, orientation }) => writeTiffLike({ mark: 0x55, directories: [{ 46: large, 274: orientation }] }),
  ],
  SRW: [
    'image/x-samsung-srw',
    ({ large, orientation }) =>
      writeTiffLike({
        directories: [
          { 274: orientation, 330: [jpegAt(large)] },
          { ...sensor, 259: 32_770 },
        ],
      }),
  ],
  CR3: ['image/x-canon-cr3', writeCr3],
};

/** A RAF's JPEG is a photo of its own, which says itself how it was held. */
export function writeRaf(jpeg: Buffer): Buffer {
  const header = Buffer.alloc(148);
  header.write('FUJIFILMCCD-RAW 0201FF119506X-T4', 'latin1');
  header.writeUInt32BE(header.length, 84);
  header.writeUInt32BE(jpeg.length, 88);
  return Buffer.concat([header, jpeg, sensorData]);
}

function writeCr3({ large, small, orientation }: CameraJpegs): Buffer {
  const cmt1 = box('CMT1', [writeTiffLike({ directories: [{ 274: orientation }] })]);
  const metadata = box('uuid', [Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex'), cmt1]);
  const sizes = box('stsz', [Buffer.alloc(4), u32(large.length), u32(1)]);
  const movieWith = (offset: number) => {
    const offsets = box('co64', [Buffer.alloc(4), u32(1), u32(0), u32(offset)]);
    const track = box('trak', [box('tkhd', [Buffer.alloc(84)]), box('mdia', [box('minf', [box('stbl', [sizes, offsets])])])]);
    return box('moov', [metadata, track]);
  };
  const ftyp = box('ftyp', [Buffer.from('crx \0\0\0\x01crx isom', 'latin1')]);
  const previewHeader = Buffer.concat([Buffer.alloc(8), u32(small.length + 24), Buffer.from('PRVW'), Buffer.alloc(16)]);
  const preview = box('uuid', [Buffer.from('eaf42b5e1c984b88b9fbb7dc406e4d16', 'hex'), previewHeader, small]);
  const start = ftyp.length + movieWith(0).length + preview.length + 8;
  return Buffer.concat([ftyp, movieWith(start), preview, box('mdat', [large, sensorData])]);
}

function box(type: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
