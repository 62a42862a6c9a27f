import { extname } from 'node:path';

export const unknownType = 'application/octet-stream';

/** What an extension stands for, where a system tells no type. The bytes may be something else. */
export function contentTypeOfName(filename: string): string {
  const extension = extensionOf(filename);
  const known = byExtension.find((types) => types.has(extension));
  return known?.get(extension) ?? unknownType;
}

/** ".png" for image/png; empty for a type that has no extension here. */
export function extensionOfType(contentType: string): string {
  const extensions = byExtension.flatMap((types) => [...types]);
  const found = extensions.find(([, type]) => type === contentType);
  return found ? `.${found[0]}` : '';
}

/** "jpg" of "photo.JPG"; empty where there is none. */
export function extensionOf(filename: string): string {
  return extname(filename).slice(1).toLowerCase();
}

/** Formats whose bytes always say what they are; these names are for where there are no bytes. */
const mediaTypes = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['hif', 'image/heif'],
  ['svg', 'image/svg+xml'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['bmp', 'image/bmp'],
  ['ico', 'image/vnd.microsoft.icon'],
  ['psd', 'image/vnd.adobe.photoshop'],
  ['pdf', 'application/pdf'],
  ['rtf', 'application/rtf'],
  ['zip', 'application/zip'],
  ['ttf', 'font/ttf'],
  ['otf', 'font/otf'],
  ['ttc', 'font/collection'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
  ['gz', 'application/gzip'],
  ['7z', 'application/x-7z-compressed'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
  ['aac', 'audio/aac'],
  ['aiff', 'audio/aiff'],
  ['aif', 'audio/aiff'],
  ['opus', 'audio/ogg'],
  ['wma', 'audio/x-ms-asf'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['m4v', 'video/x-m4v'],
  ['3gp', 'video/3gpp'],
  ['mpg', 'video/mpeg'],
  ['mpeg', 'video/mpeg'],
  ['ogv', 'video/ogg'],
  ['wmv', 'video/x-ms-asf'],
  ['flv', 'video/x-flv'],
  ['webm', 'video/webm'],
  ['mkv', 'video/matroska'],
  ['avi', 'video/vnd.avi'],
]);

/** Raw files of cameras. Most are built like a TIFF, and no reader of signatures knows all of them. */
export const cameraTypes = new Map([
  ['arw', 'image/x-sony-arw'],
  ['cr2', 'image/x-canon-cr2'],
  ['cr3', 'image/x-canon-cr3'],
  ['dng', 'image/x-adobe-dng'],
  ['nef', 'image/x-nikon-nef'],
  ['nrw', 'image/x-nikon-nrw'],
  ['orf', 'image/x-olympus-orf'],
  ['pef', 'image/x-pentax-pef'],
  ['raf', 'image/x-fujifilm-raf'],
  ['rw2', 'image/x-panasonic-rw2'],
  ['srw', 'image/x-samsung-srw'],
]);

const openXml = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

/** Zip files that say what they are further in than the head reaches. */
export const zipTypes = new Map([
  ['docx', `${openXml}.wordprocessingml.document`],
  ['dotx', `${openXml}.wordprocessingml.template`],
  ['docm', 'application/vnd.ms-word.document.macroenabled.12'],
  ['dotm', 'application/vnd.ms-word.template.macroenabled.12'],
  ['xlsx', `${openXml}.spreadsheetml.sheet`],
  ['xltx', `${openXml}.spreadsheetml.template`],
  ['xlsm', 'application/vnd.ms-excel.sheet.macroenabled.12'],
  ['xltm', 'application/vnd.ms-excel.template.macroenabled.12'],
  ['xlsb', 'application/vnd.ms-excel.sheet.binary.macroenabled.12'],
  ['pptx', `${openXml}.presentationml.presentation`],
  ['ppsx', `${openXml}.presentationml.slideshow`],
  ['potx', `${openXml}.presentationml.template`],
  ['pptm', 'application/vnd.ms-powerpoint.presentation.macroenabled.12'],
  ['ppsm', 'application/vnd.ms-powerpoint.slideshow.macroenabled.12'],
  ['potm', 'application/vnd.ms-powerpoint.template.macroenabled.12'],
  ['odt', `${openDocument}.text`],
  ['ott', `${openDocument}.text-template`],
  ['ods', `${openDocument}.spreadsheet`],
  ['ots', `${openDocument}.spreadsheet-template`],
  ['odp', `${openDocument}.presentation`],
  ['otp', `${openDocument}.presentation-template`],
  ['odg', `${openDocument}.graphics`],
  ['otg', `${openDocument}.graphics-template`],
  ['epub', 'application/epub+zip'],
  ['jar', 'application/java-archive'],
]);

export const compoundFileTypes = new Map([
  ['doc', 'application/msword'],
  ['dot', 'application/msword'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlt', 'application/vnd.ms-excel'],
  ['ppt', 'application/vnd.ms-powerpoint'],
  ['pps', 'application/vnd.ms-powerpoint'],
  ['pot', 'application/vnd.ms-powerpoint'],
  ['msg', 'application/vnd.ms-outlook'],
]);

export const textTypes = new Map([
  ['txt', 'text/plain'],
  ['log', 'text/plain'],
  ['csv', 'text/csv'],
  ['tsv', 'text/tab-separated-values'],
  ['md', 'text/markdown'],
  ['markdown', 'text/markdown'],
  ['json', 'application/json'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
  ['xml', 'application/xml'],
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['css', 'text/css'],
  ['js', 'text/javascript'],
  ['eml', 'message/rfc822'],
  ['ics', 'text/calendar'],
  ['vcf', 'text/vcard'],
  ['vtt', 'text/vtt'],
]);

/** Code of which no bytes tell the language. Names that IANA does not know are those of the freedesktop.org database. */
export const codeTypes = new Map([
  ['bash', 'application/x-sh'],
  ['c', 'text/x-c'],
  ['cc', 'text/x-c++'],
  ['cfg', 'text/x-ini'],
  ['conf', 'text/x-ini'],
  ['cpp', 'text/x-c++'],
  ['cs', 'text/x-csharp'],
  ['cxx', 'text/x-c++'],
  ['diff', 'text/x-diff'],
  ['go', 'text/x-go'],
  ['graphql', 'text/x-graphql'],
  ['h', 'text/x-c'],
  ['hpp', 'text/x-c++'],
  ['ini', 'text/x-ini'],
  ['java', 'text/x-java'],
  ['jsonl', 'application/x-ndjson'],
  ['jsx', 'text/javascript'],
  ['kt', 'text/x-kotlin'],
  ['less', 'text/x-less'],
  ['lua', 'text/x-lua'],
  ['mjs', 'text/javascript'],
  ['mk', 'text/x-makefile'],
  ['ndjson', 'application/x-ndjson'],
  ['patch', 'text/x-diff'],
  ['php', 'application/x-httpd-php'],
  ['pl', 'text/x-perl'],
  ['py', 'text/x-python'],
  ['r', 'text/x-r'],
  ['rb', 'text/x-ruby'],
  ['rs', 'text/x-rust'],
  ['scss', 'text/x-scss'],
  ['sh', 'application/x-sh'],
  ['sql', 'application/sql'],
  ['swift', 'text/x-swift'],
  ['toml', 'application/toml'],
  ['ts', 'text/x-typescript'],
  ['tsx', 'text/x-typescript'],
  ['vb', 'text/x-vb'],
]);

const byExtension = [mediaTypes, cameraTypes, textTypes, codeTypes, zipTypes, compoundFileTypes];
