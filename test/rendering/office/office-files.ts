import { crc32, deflateRawSync } from 'node:zlib';

export const types = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
} as const;

const header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const sheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A Word document of so many pages, each with its text; `body` is more of it, `links` are relations to what lies outside by id. */
export function docx(pages: readonly string[], body = '', links: Readonly<Record<string, string>> = {}, doctype = ''): Buffer {
  const paragraphs = pages.map(
    (text, index) => `<w:p><w:r>${index > 0 ? '<w:br w:type="page"/>' : ''}<w:t>${text}</w:t></w:r></w:p>`,
  );
  const outside = Object.entries(links).map(
    ([id, target]) => `<Relationship Id="${id}" Type="${relations}/image" Target="${target}" TargetMode="External"/>`,
  );
  return zip({
    '[Content_Types].xml': contentTypes('/word/document.xml', `${types.docx}.main+xml`),
    '_rels/.rels': relationsTo('word/document.xml'),
    'word/document.xml': `${header}${doctype}<w:document xmlns:w="${word}" xmlns:r="${relations}"><w:body>${paragraphs.join('')}${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relationships(outside.join('')),
  });
}

/** A picture that a Word document shows from elsewhere, by the id of its relation. */
export function linkedPicture(id: string): string {
  return `<w:p><w:r><w:drawing><wp:inline xmlns:wp="${drawing}/wordprocessingDrawing"><wp:extent cx="2000000" cy="2000000"/>
<wp:docPr id="1" name="P"/><a:graphic xmlns:a="${drawing}/main"><a:graphicData uri="${drawing}/picture"><pic:pic xmlns:pic="${drawing}/picture">
<pic:nvPicPr><pic:cNvPr id="1" name="P"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="${id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>
</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
}

/** An Excel workbook of one sheet with this XML as its rows. */
export function xlsx(rows: string): Buffer {
  return zip({
    '[Content_Types].xml': contentTypes(
      '/xl/workbook.xml',
      `${types.xlsx}.main+xml`,
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
    ),
    '_rels/.rels': relationsTo('xl/workbook.xml'),
    'xl/workbook.xml': `${header}<workbook xmlns="${sheet}" xmlns:r="${relations}"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(relation(1, 'worksheet', 'worksheets/sheet1.xml')),
    'xl/worksheets/sheet1.xml': `${header}<worksheet xmlns="${sheet}"><sheetData>${rows}</sheetData></worksheet>`,
  });
}

export interface Slide {
  readonly text: string;
  readonly picture?: { readonly bytes: Buffer; readonly extension: 'jpeg' | 'png' };
  readonly hidden?: boolean;
}

/** PowerPoint slides of 16:9, each a line of text and at most one picture, of 4:3, below it. */
export function pptx(slides: readonly Slide[]): Buffer {
  const presentation = types.pptx.replace(/presentation$/, '');
  const names = slides.map((_, index) => `slides/slide${index + 1}.xml`);
  const overrides = names.map((name) => `<Override PartName="/ppt/${name}" ContentType="${presentation}slide+xml"/>`).join('');
  const pictures = '<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/>';
  const ids = names.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('');
  const parts = slides.map((slide, index) => Object.entries(slideParts(slide, index + 1)));
  return zip({
    '[Content_Types].xml': contentTypes('/ppt/presentation.xml', `${types.pptx}.main+xml`, pictures + overrides),
    '_rels/.rels': relationsTo('ppt/presentation.xml'),
    'ppt/presentation.xml': `${header}<p:presentation ${slideNames}><p:sldIdLst>${ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(names.map((name, index) => relation(index + 1, 'slide', name)).join('')),
    ...Object.fromEntries(parts.flat()),
  });
}

const drawing = 'http://schemas.openxmlformats.org/drawingml/2006';
const slideNames = `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="${drawing}/main" xmlns:r="${relations}"`;

function slideParts({ text, picture, hidden }: Slide, number: number): Record<string, string | Buffer> {
  const media = `media/picture${number}.${picture?.extension}`;
  const place = (x: number, y: number, width: number, height: number) =>
    `<p:spPr><a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${width}" cy="${height}"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>`;
  const words = `<p:sp><p:nvSpPr><p:cNvPr id="2" name="T"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>${place(400_000, 200_000, 11_000_000, 500_000)}<p:txBody><a:bodyPr/><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const shown = `<p:pic><p:nvPicPr><p:cNvPr id="3" name="P"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>${place(2_396_000, 900_000, 7_400_000, 5_550_000)}</p:pic>`;
  return {
    [`ppt/slides/slide${number}.xml`]: `${header}<p:sld ${slideNames}${hidden ? ' show="0"' : ''}><p:cSld><p:spTree>${words}${picture ? shown : ''}</p:spTree></p:cSld></p:sld>`,
    [`ppt/slides/_rels/slide${number}.xml.rels`]: relationships(picture ? relation(1, 'image', `../${media}`) : ''),
    ...(picture && { [`ppt/${media}`]: picture.bytes }),
  };
}

/** An OpenDocument text with this XML as its body; `macro` is a Basic module and the XML of what runs it. */
export function odt(body: string, macro?: { readonly basic: string; readonly events: string }): Buffer {
  const office = 'urn:oasis:names:tc:opendocument:xmlns';
  const names = `xmlns:office="${office}:office:1.0" xmlns:text="${office}:text:1.0" xmlns:draw="${office}:drawing:1.0" xmlns:script="${office}:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="${office}:svg-compatible:1.0"`;
  const manifest = `${office}:manifest:1.0`;
  const modules = macro ? basicModules(macro.basic) : {};
  const entry = (path: string) => `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="text/xml"/>`;
  return zip({
    mimetype: types.odt,
    'META-INF/manifest.xml': `${header}<manifest:manifest xmlns:manifest="${manifest}" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="${types.odt}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>${Object.keys(modules).map(entry).join('')}</manifest:manifest>`,
    'content.xml': `${header}<office:document-content ${names} xmlns:dom="http://www.w3.org/2001/xml-events" office:version="1.2">${macro?.events ?? ''}<office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    ...modules,
  });
}

/** One that says that it takes a password; nothing in it was really encrypted. */
export function encryptedOdt(): Buffer {
  const manifest = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0';
  const encryption = `<manifest:encryption-data manifest:checksum-type="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k" manifest:checksum="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="><manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" manifest:initialisation-vector="AAAAAAAAAAAAAAAAAAAAAA=="/><manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:key-size="32" manifest:iteration-count="1024" manifest:salt="AAAAAAAAAAAAAAAAAAAAAA=="/><manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256" manifest:key-size="32"/></manifest:encryption-data>`;
  return zip({
    mimetype: types.odt,
    'META-INF/manifest.xml': `${header}<manifest:manifest xmlns:manifest="${manifest}" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="${types.odt}" manifest:version="1.2"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="64">${encryption}</manifest:file-entry></manifest:manifest>`,
    'content.xml': Buffer.alloc(64, 7),
  });
}

function basicModules(source: string): Record<string, string> {
  const names = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const escaped = source.replaceAll('"', '&quot;');
  return {
    'Basic/script-lc.xml': `${header}<library:libraries ${names}><library:library library:name="Standard" library:link="false"/></library:libraries>`,
    'Basic/Standard/script-lb.xml': `${header}<library:library ${names} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>`,
    'Basic/Standard/Module1.xml': `${header}<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">${escaped}</script:module>`,
  };
}

export function rtf(text: string): string {
  return `{\\rtf1\\ansi ${text}\\par}`;
}

function contentTypes(part: string, type: string, more = ''): string {
  return `${header}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="${part}" ContentType="${type}"/>${more}</Types>`;
}

function relationsTo(part: string): string {
  return relationships(relation(1, 'officeDocument', part));
}

function relation(id: number, kind: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${relations}/${kind}" Target="${target}"/>`;
}

function relationships(entries: string): string {
  return `${header}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries}</Relationships>`;
}

/** A zip file of these entries; one named "mimetype" is stored, the others are deflated. */
export function zip(entries: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content);
    const method = name === 'mimetype' ? 0 : 8;
    const packed = method === 0 ? bytes : deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), fields, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listing, Buffer.from('PK\u0005\u0006'), end]);
}
