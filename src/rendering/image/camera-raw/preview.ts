/** Where a JPEG may lie in a camera's file. */
export interface PreviewPlace {
  readonly offset: number;
  readonly length: number;
}

export interface Previews {
  readonly places: readonly PreviewPlace[];
  /** As EXIF counts, 1 to 8; for JPEGs that do not say themselves. */
  readonly orientation: number;
}
