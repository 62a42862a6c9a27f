/** How the kinds of pictures that are drawn here are called, by their media types. */
const names: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/apng': 'PNG',
  'image/webp': 'WebP',
  'image/avif': 'AVIF',
  'image/heic': 'HEIC',
  'image/heif': 'HEIC',
  'image/heic-sequence': 'HEIC',
  'image/heif-sequence': 'HEIC',
  'image/gif': 'GIF',
  'image/tiff': 'TIFF',
  'image/svg+xml': 'SVG',
  'image/bmp': 'BMP',
  'image/x-ms-bmp': 'BMP',
  'image/vnd.microsoft.icon': 'ICO',
  'image/x-icon': 'ICO',
  'image/vnd.adobe.photoshop': 'Photoshop',
  'application/vnd.adobe.photoshop': 'Photoshop',
  'image/x-adobe-dng': 'DNG',
  'image/x-canon-cr2': 'CR2',
  'image/x-canon-cr3': 'CR3',
  'image/x-fuji-raf': 'RAF',
  'image/x-fujifilm-raf': 'RAF',
  'image/x-nikon-nef': 'NEF',
  'image/x-nikon-nrw': 'NRW',
  'image/x-olympus-orf': 'ORF',
  'image/x-panasonic-rw2': 'RW2',
  'image/x-pentax-pef': 'PEF',
  'image/x-samsung-srw': 'SRW',
  'image/x-sony-arw': 'ARW',
};

/** As people say it: "JPEG". */
export function pictureName(contentType: string): string {
  return names[contentType] ?? contentType;
}

export const pagedTypes: readonly string[] = ['image/tiff'];
export const drawingTypes: readonly string[] = ['image/svg+xml'];
/** Pictures of one page, made of pixels. */
export const pictureTypes: readonly string[] = Object.keys(names).filter(
  (type) => !pagedTypes.includes(type) && !drawingTypes.includes(type),
);
