import { boxesIn, descend } from './iso-boxes.js';
import { PositionedFile } from './positioned-file.js';

/** What the colours of HEIF and AVIF mean, by the numbers of ITU-T H.273. */
export interface VideoColours {
  readonly primaries: number;
  readonly transfer: number;
}

/** Version and flags, which come before the boxes inside. */
const metaHeaderBytes = 4;

/** null where the file does not say. */
export async function readVideoColours(path: string): Promise<VideoColours | null> {
  return PositionedFile.use(path, async (file) => {
    const meta = await descend(file, { start: 0, end: file.sizeBytes }, ['meta']);
    if (!meta) return null;
    const properties = await descend(file, { ...meta, start: meta.start + metaHeaderBytes }, ['iprp', 'ipco']);
    const colours = properties ? (await boxesIn(file, properties)).filter(({ type }) => type === 'colr') : [];
    for (const { start } of colours) {
      const head = await file.read(start, 8);
      if (head.toString('latin1', 0, 4) === 'nclx' && head.length === 8) {
        return { primaries: head.readUInt16BE(4), transfer: head.readUInt16BE(6) };
      }
    }
    return null;
  });
}
