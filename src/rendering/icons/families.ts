/** Kinds of files as people tell them apart; each has an icon. */
export const families = [
  'archive',
  'book',
  'calendar',
  'code',
  'contact',
  'database',
  'document',
  'font',
  'key',
  'mail',
  'model',
  'picture',
  'program',
  'sheet',
  'slides',
  'sound',
  'text',
  'unknown',
  'video',
] as const;

export type Family = (typeof families)[number];

/** "unknown" for a type of which nobody could say more. */
export function familyOf(contentType: string): Family {
  const [kind = '', name = ''] = contentType.split('/', 2);
  return byType.get(contentType) ?? byWord.find(([, words]) => words.test(name))?.[0] ?? byKind[kind] ?? 'unknown';
}

const byKind: Readonly<Record<string, Family>> = {
  image: 'picture',
  video: 'video',
  audio: 'sound',
  font: 'font',
  text: 'text',
  message: 'mail',
  model: 'model',
};

const types: Readonly<Partial<Record<Family, readonly string[]>>> = {
  archive: ['application/gzip', 'application/x-tar', 'application/x-7z-compressed', 'application/x-rar', 'application/vnd.rar'],
  book: ['application/epub+zip', 'application/x-mobipocket-ebook', 'application/vnd.amazon.ebook'],
  calendar: ['text/calendar'],
  code: ['application/json', 'application/xml', 'application/xhtml+xml', 'application/yaml', 'application/toml', 'text/css'],
  contact: ['text/vcard', 'text/x-vcard'],
  document: ['application/pdf', 'application/rtf', 'application/msword', 'application/postscript', 'application/vnd.apple.pages'],
  mail: ['application/vnd.ms-outlook', 'application/mbox'],
  model: ['application/sla', 'application/acad', 'application/step', 'image/vnd.dwg', 'image/vnd.dxf'],
  program: ['application/vnd.android.package-archive', 'application/java-archive', 'application/vnd.debian.binary-package'],
  sheet: ['application/vnd.ms-excel', 'application/vnd.apple.numbers', 'text/csv', 'text/tab-separated-values'],
  slides: ['application/vnd.ms-powerpoint', 'application/vnd.apple.keynote'],
};

const byType = new Map(
  Object.entries(types).flatMap(([family, names]) => names.map((name): [string, Family] => [name, family as Family])),
);

/** The first that a type's name holds tells. */
const byWord: readonly (readonly [Family, RegExp])[] = [
  ['sheet', /spreadsheet|excel/],
  ['slides', /presentation|powerpoint/],
  ['document', /wordprocessing|opendocument\.text|ms-word/],
  ['font', /font|opentype/],
  ['key', /pgp|pkcs|x509|pem-/],
  ['database', /sqlite|sql|database|access|parquet/],
  ['program', /msdownload|executable|x-msi|elf|mach-binary|x-sharedlib|wasm/],
  ['archive', /zip|compress|archive|cab\b|rpm|xz|bzip|zstd|disk-image|iso9660/],
  ['code', /javascript|typescript|script|\+xml|\+json|html/],
  ['mail', /outlook/],
];
