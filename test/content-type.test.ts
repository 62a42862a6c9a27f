import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sniffContentType } from '../src/content-type.js';
import { contentTypeOfName } from '../src/content-type-names.js';

const streamOf = (...chunks: (Buffer | string)[]) =>
  Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );

const typeOf = (bytes: Buffer | string, filename = 'upload') => sniffContentType(streamOf(bytes), filename);

const pictureOf = (format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff') =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: '#336699' } })
    .toFormat(format)
    .toBuffer();

describe('The type of a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('is image/%s from its bytes', async (format) => {
    expect(await typeOf(await pictureOf(format))).toBe(`image/${format}`);
  });

  it.each([
    ['image/heic', 'heic'],
    ['image/heif', 'mif1'],
    ['image/heic-sequence', 'hevc'],
  ])('is %s by the brand %s', async (type, brand) => {
    expect(
      await typeOf(Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from(`ftyp${brand}`), Buffer.alloc(4), Buffer.from(brand)])),
    ).toBe(type);
  });

  it.each([
    ['photo.NEF', 'image/x-nikon-nef'],
    ['photo.pef', 'image/x-pentax-pef'],
    ['photo.dng', 'image/x-adobe-dng'],
    ['scan.tif', 'image/tiff'],
    ['scan.jpg', 'image/tiff'],
  ])('comes from the filename where only that tells a camera from a scanner: %s is %s', async (name, type) => {
    expect(await typeOf(await pictureOf('tiff'), name)).toBe(type);
  });

  it.each(['IIRO', 'IIRS', 'MMOR'])('is image/x-olympus-orf by the mark %s', async (mark) => {
    expect(await typeOf(Buffer.concat([Buffer.from(mark), Buffer.alloc(40, 1)]))).toBe('image/x-olympus-orf');
  });

  it('is not what its filename says', async () => {
    expect(await typeOf(await pictureOf('jpeg'), 'photo.png')).toBe('image/jpeg');
  });

  it('is found in a TIFF whose directory comes last', async () => {
    expect(await typeOf(Buffer.concat([Buffer.from('II*\0\xff\xff\xff\x00', 'latin1'), Buffer.alloc(100)]))).toBe('image/tiff');
  });

  it.each([
    ['alone', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['behind an XML declaration', '<?xml version="1.0"?>\n<svg/>'],
    ['behind a byte order mark', '\ufeff<svg/>'],
    ['behind comments', '<!-- a -->\n<!-- <html> -->\n<svg/>'],
    ['behind a DOCTYPE', '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'],
    ['with a prefix', '<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>'],
  ])('is image/svg+xml for an svg element %s', async (_, text) => {
    expect(await typeOf(text, 'logo.txt')).toBe('image/svg+xml');
  });

  it('is image/svg+xml in UTF-16 too', async () => {
    expect(await typeOf(Buffer.from('\ufeff<?xml version="1.0"?><svg/>', 'utf16le'))).toBe('image/svg+xml');
  });
});

describe('The type of a page', () => {
  it.each([
    '<!DOCTYPE html><p>x',
    '<!doctype HTML>',
    '  \n<html>',
    '<!-- x --><HTML>',
    '<script>alert(1)</script>',
    '<body onload="x">',
    '<h1>x</h1>',
  ])('is text/html for %j, whatever its filename', async (text) => {
    expect(await typeOf(text, 'photo.jpg')).toBe('text/html');
  });

  it('is application/xhtml+xml for HTML in XML', async () => {
    expect(await typeOf('<?xml version="1.0"?><!DOCTYPE html><html/>')).toBe('application/xhtml+xml');
  });
});

describe('The type of a document', () => {
  it.each([
    ['application/pdf', '%PDF-1.7\n1 0 obj'],
    ['application/pdf', Buffer.concat([Buffer.from('junk from a scanner\0'), Buffer.from('%PDF-1.4')])],
    ['application/rtf', '{\\rtf1 Hello}'],
    ['application/postscript', '%!PS-Adobe-3.0\n'],
    ['text/calendar', 'BEGIN:VCALENDAR\r\n'],
    ['application/gzip', Buffer.from('1f8b0800000000000003', 'hex')],
  ])('is %s by its signature', async (type, bytes) => {
    expect(await typeOf(bytes, 'x.bin')).toBe(type);
  });

  it('is that of the office program which a zip file names inside', async () => {
    const types =
      '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
    const zip = zipOf({ '[Content_Types].xml': types });
    expect(await typeOf(zip, 'x.bin')).toBe('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  });

  it('is that of its filename for a zip file which says it too far inside', async () => {
    const zip = zipOf({ 'word/media/image1.png': 'x'.repeat(100_000) });
    expect(await typeOf(zip, 'x.ppsx')).toBe('application/vnd.openxmlformats-officedocument.presentationml.slideshow');
    expect(await typeOf(zip, 'x.DOCX')).toBe('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    expect(await typeOf(zip, 'x.pdf')).toBe('application/zip');
  });

  it('is that of the program whose stream a compound file holds, or of its filename', async () => {
    const compound = (stream: string) =>
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1016), Buffer.from(stream, 'utf16le')]);
    expect(await typeOf(compound('WordDocument'), 'x.xls')).toBe('application/msword');
    expect(await typeOf(compound('Workbook'), 'x')).toBe('application/vnd.ms-excel');
    expect(await typeOf(compound(''), 'x.ppt')).toBe('application/vnd.ms-powerpoint');
    expect(await typeOf(compound(''), 'x.jpg')).toBe('application/x-cfb');
  });

  it.each([
    ['application/msword', 'eca5c100'],
    ['application/vnd.ms-excel', '0908100000060500'],
    ['application/vnd.ms-powerpoint', '0f00e80312345678'],
  ])('is %s by how the first stream of a compound file begins, where their list is further in', async (type, start) => {
    const head = Buffer.alloc(512);
    head.write('d0cf11e0a1b11ae1', 'hex');
    expect(await typeOf(Buffer.concat([head, Buffer.from(start, 'hex'), Buffer.alloc(40_000, 0xff)]))).toBe(type);
  });

  it('is found in a compound file wherever its bytes lie in memory', async () => {
    const head = Buffer.concat([Buffer.alloc(1), Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('W'), Buffer.alloc(1015)]);
    const atOddAddress = Readable.from([head.subarray(1)], { objectMode: false });
    expect(await sniffContentType(atOddAddress, 'x.xls')).toBe('application/vnd.ms-excel');
  });
});

describe('The type of a text', () => {
  it.each([
    ['notes.txt', 'text/plain'],
    ['table.CSV', 'text/csv'],
    ['README.md', 'text/markdown'],
    ['tool.py', 'text/x-python'],
    ['tool.ts', 'text/x-typescript'],
    ['meeting.ics', 'text/calendar'],
    ['letter.eml', 'message/rfc822'],
    ['data.json', 'application/json'],
    ['feed.xml', 'application/xml'],
    ['photo.jpg', 'text/plain'],
    ['no-extension', 'text/plain'],
  ])('comes from the filename where the bytes are plain text: %s is %s', async (filename, type) => {
    expect(await typeOf('one, two; drei für vier\n', filename)).toBe(type);
  });

  it('is application/xml with an XML declaration', async () => {
    expect(await typeOf('<?xml version="1.0"?><order/>', 'order.txt')).toBe('application/xml');
  });

  it('is text/markdown for Markdown that begins with HTML', async () => {
    expect(await typeOf('<h1 align="center">Title</h1>\n\nText', 'README.md')).toBe('text/markdown');
  });

  it.each([
    ['UTF-8', Buffer.from('naïve 概要')],
    ['UTF-8 with its mark', Buffer.from('\ufeffnaïve')],
    ['UTF-16 with its mark', Buffer.from('\ufeffnaïve 概要', 'utf16le')],
    ['big-endian UTF-16 with its mark', Buffer.from('\ufeffnaïve', 'utf16le').swap16()],
    ['Latin-1', Buffer.from('naïve', 'latin1')],
  ])('is text/plain in %s', async (_, bytes) => {
    expect(await typeOf(bytes)).toBe('text/plain');
  });

  it.each(['BMW, Audi', 'MZ is a prefix', 'GIF is a format', 'FWS'])(
    'is text/plain where words look like a signature: %j',
    async (text) => {
      expect(await typeOf(text)).toBe('text/plain');
    },
  );
});

describe('The type of bytes that say nothing', () => {
  it('is application/octet-stream', async () => {
    expect(await typeOf(Buffer.from([0, 1, 2, 3]), 'table.csv')).toBe('application/octet-stream');
  });

  it('is that of the filename for an empty text, else application/octet-stream', async () => {
    expect(await typeOf('', 'table.csv')).toBe('text/csv');
    expect(await typeOf('', 'photo.jpg')).toBe('application/octet-stream');
  });
});

describe('sniffContentType', () => {
  it('gives the same answer however the bytes are cut into chunks', async () => {
    const bytes = await pictureOf('png');
    const cut = streamOf(...Array.from(bytes, (byte) => Buffer.from([byte])));
    expect(await sniffContentType(cut, 'x')).toBe('image/png');
  });

  it('leaves every byte for the reader', async () => {
    const bytes = Buffer.alloc(100_000, 'abc');
    const stream = streamOf(bytes.subarray(0, 10), bytes.subarray(10, 70_000), bytes.subarray(70_000));
    await sniffContentType(stream, 'x');
    expect((await buffer(stream)).equals(bytes)).toBe(true);
  });

  it('rejects with what the stream fails with', async () => {
    const stream = new Readable({ read() {} });
    const type = sniffContentType(stream, 'x');
    stream.destroy(new Error('cut off'));
    await expect(type).rejects.toThrow('cut off');
  });

  it.each([
    ['a zip', Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(26, 0xff)])],
    ['an ASF film', Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), Buffer.alloc(200)])],
    ['a PNG', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(50, 0xff)])],
  ])('ends on bytes that only begin like %s', async (_, bytes) => {
    expect(await typeOf(bytes)).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
  });
});

const corpus = process.env.PROOFSHEET_CORPUS;
const corpusTypes: Readonly<Record<string, RegExp>> = {
  images: /^image\//,
  pdf: /^application\/pdf$/,
  office: /^application\/vnd\.(?:openxmlformats-officedocument|ms-excel)/,
};

(corpus ? describe : describe.skip)(
  `Every real file ${corpus ? '' : '(skipped: set PROOFSHEET_CORPUS to a folder of them)'}`,
  () => {
    it.each(Object.keys(corpusTypes))('in %s has a type of its kind', async (folder) => {
      const directory = join(corpus ?? '', folder);
      const wrong: string[] = [];
      for (const name of readdirSync(directory)) {
        const stream = createReadStream(join(directory, name));
        const type = await sniffContentType(stream, 'upload');
        stream.destroy();
        if (!corpusTypes[folder]?.test(type)) wrong.push(`${name}: ${type}`);
      }
      expect(wrong).toEqual([]);
    });
  },
);

/** The entries of a zip file, stored as they are; without the directory at its end, which sniffing does not reach. */
function zipOf(entries: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(entries).map(([name, text]) => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(20, 4);
      header.writeUInt32LE(text.length, 18);
      header.writeUInt32LE(text.length, 22);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name), Buffer.from(text)]);
    }),
  );
}

describe('The type that a filename stands for', () => {
  it.each([
    ['photo.JPG', 'image/jpeg'],
    ['plan (2).pdf', 'application/pdf'],
    ['notes.txt', 'text/plain'],
    ['offer.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['old.doc', 'application/msword'],
    ['.pdf', 'application/octet-stream'],
    ['README', 'application/octet-stream'],
    ['strange.xyz', 'application/octet-stream'],
  ])('of %s is %s', (filename, contentType) => {
    expect(contentTypeOfName(filename)).toBe(contentType);
  });
});
