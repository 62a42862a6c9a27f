import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outlookFile } from '../../support/outlook-file.js';
import { openTypesetter, type Typesetter } from './harness.js';

let test: Typesetter;

beforeAll(async () => {
  test = await openTypesetter({ maxFileBytes: 100_000 });
});

afterAll(() => test.close());

const eml = 'message/rfc822';
const msg = 'application/vnd.ms-outlook';
const head =
  'From: =?UTF-8?Q?Anna_Schr=C3=B6der?= <anna@example.com>\r\nTo: Ben <ben@example.com>, carla@example.com\r\nCc: team: dora@example.com;\r\n' +
  'Subject: =?UTF-8?B?w5ZmZm51bmc=?=\r\nDate: Fri, 27 Nov 2026 09:12:00 +0100\r\n';

const withParts = (body: string, type = 'text/plain') =>
  `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}\r\n--b\r\n` +
  'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="offer.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n';

describe('A mail on pages', () => {
  it('tells who wrote to whom, when, about what, the words, and what is attached', async () => {
    const { text } = await test.set(withParts('Dear Ben,\r\n\r\nhere it is.'), eml);
    for (const words of [
      'Öffnung',
      'Anna Schröder <anna@example.com>',
      'Ben <ben@example.com>, carla@example.com',
      'dora@example.com',
      'Friday, 27 November 2026 at 08:12 UTC',
      'offer.pdf (5 bytes)',
      'Dear Ben,',
      'here it is.',
    ])
      expect(text).toContain(words);
  });

  it('shows the words of HTML without its scripts, styles and pictures', async () => {
    const html =
      '<style>p{}</style><script>alert(1)</script><h1>Hello</h1><p>first &amp; <b>bold</b></p><img src="http://t.example/x.png" alt="pixel">' +
      '<p><a href="http://l.example/">terms</a></p>';
    const { text } = await test.set(withParts(html, 'text/html'), eml);
    for (const words of ['Hello', 'first & bold', 'terms']) expect(text).toContain(words);
    expect(text).not.toMatch(/alert|pixel|example\/|p\{\}/);
  });

  it('has for a text what is searched: people, subject, words, names of files', async () => {
    const words = await test.read(withParts('here it is.'), eml);
    expect(words).toBe(
      'Öffnung\n\nAnna Schröder <anna@example.com>, Ben <ben@example.com>, carla@example.com, team: dora@example.com\n\nhere it is.\n\noffer.pdf',
    );
    expect(await test.read(withParts('here it is.'), eml, 7)).toBe('Öffnung');
  });

  it('is read as far as it goes where it was cut off', async () => {
    const whole = withParts('here it is.');
    expect((await test.set(whole.slice(0, whole.indexOf('is.') + 3), eml)).text).toContain('here it is.');
  });

  it('that has hardly anything in it is one nevertheless', async () => {
    const { text } = await test.set('Subject: only this\r\n\r\n', eml);
    expect(text).toContain('only this');
  });

  it.each([
    ['a text', 'Dear Ben,\n\nthis is no mail.'],
    ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 251))],
  ])('is refused where it is none: %s', async (_, bytes) => {
    await expect(test.set(bytes, eml)).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: expect.stringContaining('no mail'),
    });
  });

  it.each([
    [
      'parts in parts',
      (() => {
        const depth = 300;
        const open = Array.from(
          { length: depth },
          (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
        );
        return `${head}${open.join('')}`;
      })(),
    ],
    ['headers', `${head}${Array.from({ length: 100_000 }, (_, at) => `X-${at}: y\r\n`).join('')}\r\nbody`],
    ['one header', `${head}X: ${'y'.repeat(5_000_000)}\r\n\r\nbody`],
    [
      'recipients',
      `${head.replace('carla@example.com', Array.from({ length: 20_000 }, (_, at) => `a${at}@example.com`).join(', '))}\r\nbody`,
    ],
    ['tags', withParts('<div>'.repeat(50_000), 'text/html')],
    ['a body of one line', withParts('x'.repeat(3_000_000))],
  ])('ends with pages or in plain words whatever it has too much of: %s', async (_, mail) => {
    const outcome = await test.set(mail, eml).catch((error: { code: string; message: string }) => error);
    if ('code' in outcome)
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^PROVIDER_/), message: expect.stringMatching(/\w+ \w+/) });
    else expect(outcome.text).toContain('Öffnung');
  });
});

describe('A mail of Outlook', () => {
  const parts = {
    subject: 'Öffnung',
    body: 'Dear Ben,\r\nhere it is.',
    sender: ['Anna', 'anna@example.com'],
    to: [
      ['Ben', 'ben@example.com'],
      ['', 'carla@example.com'],
    ],
    attached: ['offer.pdf'],
  } as const;

  it('is set and searched like any other', async () => {
    const file = outlookFile(parts);
    const { text } = await test.set(file, msg);
    for (const words of [
      'Öffnung',
      'Anna <anna@example.com>',
      'Ben <ben@example.com>, carla@example.com',
      'offer.pdf',
      'here it is.',
    ])
      expect(text).toContain(words);
    expect(await test.read(file, msg)).toContain('Anna <anna@example.com>, Ben <ben@example.com>, carla@example.com');
  });

  it('shows its words where it has them as RTF only', async () => {
    // "{\rtf1\ansi\ansicpg1252\pard hello world}", as [MS-OXRTFCP] packs it.
    const packed = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
    const { text } = await test.set(outlookFile({ ...parts, body: '', richText: Buffer.from(packed, 'hex') }), msg);
    expect(text).toContain('hello world');
  });

  it('shows the words of HTML that Outlook wrapped in RTF', async () => {
    const html = '{\\rtf1\\fromhtml1{\\*\\htmltag <p>}here {\\*\\htmltag <b>}it is{\\*\\htmltag </b></p>}}';
    const file = outlookFile({ ...parts, body: '', richText: unpackedRtf(html) });
    expect(await test.read(file, msg)).toContain('\nhere it is\n');
  });

  it.each([
    ['Cyrillic', 1251, [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], 'Привет'],
    ['Western European', 1252, [0x80, 0x20, 0x93, 0x35, 0x94], '€ “5”'],
    ['Polish', 28592, [0xa3, 0xf3, 0x64, 0xbc], 'Łódź'],
    ['Unicode', 65001, [...Buffer.from('naïve')], 'naïve'],
  ])('shows HTML that was written in the code page of %s', async (_, codePage, letters, expected) => {
    const bytes = Buffer.concat([Buffer.from('<p>'), Buffer.from(letters), Buffer.from('</p>')]);
    expect(await test.read(outlookFile({ ...parts, body: '', html: { bytes, codePage } }), msg)).toContain(expected);
  });

  it('has its own text shown before that in RTF', async () => {
    const file = outlookFile({ ...parts, richText: unpackedRtf('{\\rtf1 the same in RTF}') });
    expect(await test.read(file, msg)).not.toContain('in RTF');
  });

  it('ends with pages or in plain words where its RTF is said to be longer than it is', async () => {
    const packed = Buffer.concat([Buffer.from('ffffff7fffffff7f4c5a467500000000', 'hex'), Buffer.alloc(50_000, 0)]);
    const { text } = await test.set(outlookFile({ ...parts, body: '', richText: packed }), msg);
    expect(text).toContain('offer.pdf');
  });

  it.each([2, 10, 30, 60, 90])('cut off after %i %% of it ends with pages or in plain words', async (percent) => {
    const file = outlookFile(parts);
    const outcome = await test
      .set(file.subarray(0, Math.floor((file.length * percent) / 100)), msg)
      .catch((error: { code: string; message: string }) => error);
    if ('code' in outcome) expect(outcome).toMatchObject({ code: 'PROVIDER_ERROR', message: expect.stringContaining('damaged') });
    else expect(outcome.pages).toBe(1);
  });

  it('whose sectors lead in a circle is refused', async () => {
    const file = outlookFile(parts);
    const miniFat = (file.readInt32LE(0x3c) + 1) * 512;
    file.writeInt32LE(0, miniFat);
    await expect(test.set(file, msg)).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: 'The file is no mail of Outlook, or is damaged',
    });
  });

  it('is refused by its size before it is read', async () => {
    await expect(test.set(outlookFile({ ...parts, body: 'x'.repeat(100_000) }), msg)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The file has 1 MiB, and only those up to 1 MiB are read',
    });
  });
});

/** As Outlook keeps RTF that was not worth packing. */
function unpackedRtf(rtf: string): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(rtf.length + 12, 0);
  header.writeUInt32LE(rtf.length, 4);
  header.write('MELA', 8, 'latin1');
  return Buffer.concat([header, Buffer.from(rtf, 'latin1')]);
}
