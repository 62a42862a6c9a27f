import type { Size } from '../../fit.js';

export const photoshopHeaderBytes = 26;

/** The colour modes whose merged picture can be drawn. */
export const photoshopModes = { bitmap: 0, grey: 1, palette: 2, rgb: 3, cmyk: 4, duotone: 8 } as const;

export interface PhotoshopHeader extends Size {
  /** A file of up to 300,000 px a side, whose lengths have twice as many bytes here and there. */
  readonly large: boolean;
  /** With those that are no colours. */
  readonly channels: number;
  /** Of a channel. */
  readonly bits: number;
  readonly mode: number;
}

/** null for what is no Photoshop file. https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ */
export function readPhotoshopHeader(head: Buffer): PhotoshopHeader | null {
  if (head.length < photoshopHeaderBytes || head.toString('latin1', 0, 4) !== '8BPS') return null;
  return {
    large: head.readUInt16BE(4) === 2,
    channels: head.readUInt16BE(12),
    height: head.readUInt32BE(14),
    width: head.readUInt32BE(18),
    bits: head.readUInt16BE(22),
    mode: head.readUInt16BE(24),
  };
}
