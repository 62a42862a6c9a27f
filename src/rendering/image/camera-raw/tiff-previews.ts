import type { PositionedFile } from '../positioned-file.js';
import { type Directory, fieldOf, numberOf, TiffReader } from '../tiff-reader.js';
import type { PreviewPlace, Previews } from './preview.js';

/** Olympus writes IIRO or IIRS, Panasonic IIU, where TIFF has its 42. */
const marks = [42, 0x4f52, 0x5352, 0x55];
const maxDirectories = 32;
/** Of colour filters, and of sensor values without colours: data that nobody can look at. */
const sensorPhotometrics = new Set([32_803, 34_892]);
/** How Nikon, Sony, Pentax, Samsung and Kodak compress sensor data. */
const sensorCompressions = new Set([34_713, 32_767, 32_769, 32_770, 65_535, 65_000]);
const jpegCompressions = new Set([6, 7]);

/** A camera's file that is built like a TIFF: CR2, NEF, ARW, DNG, PEF, ORF, RW2 and others. null for one that is just a TIFF. */
export async function findTiffPreviews(file: PositionedFile): Promise<Previews | null> {
  const tiff = await TiffReader.open(file, 0, marks);
  if (!tiff) return null;
  const directories = await allDirectories(tiff);
  if (!(await isCameraRaw(file, directories))) return null;
  const inMakerNote = await findOlympusPreview(file, tiff, directories);
  return {
    places: [...directories.flatMap(placesIn), ...inMakerNote],
    orientation: numberOf(directories[0], 'orientation') ?? 1,
  };
}

/** The chain, and what hangs on its links. */
async function allDirectories(tiff: TiffReader): Promise<readonly Directory[]> {
  const chain = await tiff.chain(tiff.first, maxDirectories);
  const offsets = chain.flatMap((directory) => fieldOf(directory, 'subDirectories')?.values ?? []);
  const below = await Promise.all(offsets.slice(0, maxDirectories).map((offset) => tiff.chain(offset, 1)));
  return [...chain, ...below.flat()];
}

async function isCameraRaw(file: PositionedFile, directories: readonly Directory[]): Promise<boolean> {
  const head = await file.read(0, 10);
  if (head.readUInt16LE(2) !== 42 && head.readUInt16BE(2) !== 42) return true;
  if (head.toString('latin1', 8, 10) === 'CR') return true;
  return directories.some(
    (directory) =>
      fieldOf(directory, 'dngVersion') !== undefined ||
      sensorPhotometrics.has(numberOf(directory, 'photometric') ?? 0) ||
      sensorCompressions.has(numberOf(directory, 'compression') ?? 0),
  );
}

/** A directory names a JPEG as such, or as its picture in one strip; Panasonic's is a field of its own. */
function placesIn(directory: Directory): readonly PreviewPlace[] {
  const places: PreviewPlace[] = [];
  const add = (offset: number | undefined, length: number | undefined) => {
    if (offset !== undefined && length !== undefined) places.push({ offset, length });
  };
  add(numberOf(directory, 'jpegOffset'), numberOf(directory, 'jpegLength'));
  const panasonic = fieldOf(directory, 'panasonicJpeg');
  if (panasonic) add(panasonic.offset, panasonic.bytes);
  const strips = fieldOf(directory, 'stripOffsets')?.values ?? [];
  if (strips.length === 1 && jpegCompressions.has(numberOf(directory, 'compression') ?? 0)) {
    add(strips[0], numberOf(directory, 'stripByteCounts'));
  }
  return places;
}

const olympusFields = { cameraSettings: 0x2020, previewStart: 0x0101, previewLength: 0x0102 } as const;
/** How its notes begin, and how many bytes before their first directory; offsets count from the beginning of the notes. */
const olympusHeaders = new Map([
  ['OLYMPUS\0II', 12],
  ['OM SYSTEM\0', 16],
]);

/** Olympus names its preview in the notes that EXIF leaves to the makers of cameras. */
async function findOlympusPreview(
  file: PositionedFile,
  tiff: TiffReader,
  [first]: readonly Directory[],
): Promise<readonly PreviewPlace[]> {
  const [exif] = await tiff.chain(numberOf(first, 'exif') ?? 0, 1);
  const note = exif && fieldOf(exif, 'makerNote');
  if (!note) return [];
  const header = olympusHeaders.get((await file.read(note.offset, 10)).toString('latin1'));
  if (header === undefined) return [];
  const notes = tiff.at(note.offset);
  const [main] = await notes.chain(header, 1);
  const [settings] = await notes.chain(main?.get(olympusFields.cameraSettings)?.values[0] ?? 0, 1);
  const start = settings?.get(olympusFields.previewStart)?.values[0];
  const length = settings?.get(olympusFields.previewLength)?.values[0];
  return start === undefined || length === undefined ? [] : [{ offset: note.offset + start, length }];
}
