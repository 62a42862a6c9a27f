export interface DecodingSettings {
  /** What one thread may use. */
  readonly maxMemoryBytes: number;
}

/** What libvips does not read. */
export type DecodeJob = {
  readonly path: string;
  /** px: of a larger picture no less is decoded than this at its longest edge. */
  readonly edge: number;
} & ({ readonly format: 'heif' | 'photoshop' } | BitmapPlace);

/** A bitmap of Windows without its file header, alone or as an entry of an icon. */
export interface BitmapPlace {
  readonly format: 'bitmap';
  /** Of its header, in bytes. */
  readonly offset: number;
  /** Of its pixels; in an icon they follow its header. */
  readonly pixelOffset: number | null;
}

/** For libvips: a file that it reads, or pixels of 8 bits row by row without gaps. */
export interface Decoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** px, and grey or red, green, blue, then opacity where there is any; null for a file. */
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 } | null;
}
