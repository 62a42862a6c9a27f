import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { asked, fileSource, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { describeWithLibreOffice } from './libreoffice.js';
import { docx, linkedPicture, odt, types, xlsx } from './office-files.js';

const everything = 10_000;

describeWithLibreOffice('A document of a stranger', () => {
  let test: TestRendering;
  let folder: string;

  beforeAll(async () => {
    test = await openTestRendering();
    folder = await mkdtemp(join(tmpdir(), 'proofsheet-hostile-'));
  });

  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  const draw = async (bytes: Buffer, type: string) => ready(await test.draw(bytes, type, 320));

  it('leaves nothing beside it, nor in its place', async () => {
    const path = join(folder, 'letter.docx');
    await writeFile(path, docx(['one']));
    ready(await test.rendering.render(fileSource(path, types.docx, 'letter'), thumbnail(160), asked));
    expect(await readdir(folder)).toEqual(['letter.docx']);
  });

  describe('with links to elsewhere', () => {
    const server = createServer((_, response) => response.end('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    let requests = 0;
    let url: string;

    beforeAll(async () => {
      server.on('connection', () => {
        requests += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    beforeEach(() => {
      requests = 0;
    });

    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it.each([
      ['pictures in Word', types.docx, (to: string) => docx(['one'], linkedPicture('rId9'), { rId9: `${to}/picture.png` })],
      ['pictures in OpenDocument', types.odt, (to: string) => odt(linkedFrame(`${to}/picture.png`))],
      [
        'cells that ask a web service',
        types.xlsx,
        (to: string) => xlsx(`<row><c><f>_xlfn.WEBSERVICE("${to}/cell")</f></c></row>`),
      ],
    ])('has none of them fetched: %s', async (_, type, write) => {
      await draw(write(url), type);
      expect(requests).toBe(0);
    });

    it('shows no other file of this machine', async () => {
      const path = join(folder, 'private.png');
      const red = { width: 200, height: 200, channels: 3, background: '#f00' } as const;
      await sharp({ create: red }).png().toFile(path);
      const { href } = pathToFileURL(path);
      for (const [type, bytes] of [
        [types.docx, docx(['one'], linkedPicture('rId9'), { rId9: href })],
        [types.odt, odt(linkedFrame(href))],
      ] as const) {
        expect(await redness((await draw(bytes, type)).bytes)).toBe(false);
      }
    });
  });

  it('has its macros not run, not even when it is opened', async () => {
    const mark = join(folder, 'a-macro-ran');
    const basic = `Sub Main\nOpen "${mark}" For Output As #1\nPrint #1, "ran"\nClose #1\nEnd Sub`;
    const events = `<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document" xlink:type="simple"/></office:event-listeners></office:scripts>`;
    await draw(odt('<text:p>one</text:p>', { events, basic }), types.odt);
    expect(await readdir(folder)).not.toContain('a-macro-ran');
  });

  it('that says one thing a billion times over is refused, and the next is drawn', async () => {
    const entities = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`);
    const doctype = `<!DOCTYPE w [<!ENTITY e0 "lol">${entities.join('')}]>`;
    const outcome = await test.draw(docx(['&e9;'], '', {}, doctype), types.docx);
    expect(outcome.state).toBe('FAILED');
    await draw(docx(['next']), types.docx);
  });

  it('does not read a file of this machine by an entity', async () => {
    const path = join(folder, 'secret.txt');
    await writeFile(path, 'a secret');
    const doctype = `<!DOCTYPE w [<!ENTITY e SYSTEM "${pathToFileURL(path).href}">]>`;
    const source = await test.toSource(docx(['before &e; after'], '', {}, doctype), types.docx);
    const text = await test.rendering.text(source, everything, asked).catch(() => '');
    expect(text).not.toContain('a secret');
  });
});

function linkedFrame(href: string): string {
  return `<text:p><draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm"><draw:image xlink:href="${href}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>`;
}

async function redness(bytes: Buffer): Promise<boolean> {
  const { channels } = await sharp(bytes).removeAlpha().stats();
  return (channels[1]?.min ?? 0) < 100 && (channels[0]?.min ?? 0) > 200;
}
