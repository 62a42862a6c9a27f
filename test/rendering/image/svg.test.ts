import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { colourAt, distanceAt, green, red } from './drawing.js';

const type = 'image/svg+xml';
const svg = (attributes: string, content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`;
const fill = ({ r, g, b }: typeof red) => `rgb(${r},${g},${b})`;
/** A few lines that keep a processor busy for minutes. */
const bomb = svg(
  'width="1000" height="1000"',
  `<filter id="f">${'<feTurbulence numOctaves="10" baseFrequency="0.05"/>'.repeat(3000)}</filter>
   <rect width="1000" height="1000" filter="url(#f)"/>`,
);

describe('A thumbnail of an SVG drawing', () => {
  let test: TestRendering;

  beforeEach(async () => {
    test = await openTestRendering({ settings: { image: { timeoutMs: 1500, maxSvgBytes: 400_000 } } });
  });

  afterEach(() => test.close());

  it('is as large as was asked for, and sharp, however small the drawing says it is', async () => {
    const picture = ready(
      await test.draw(svg('width="8" height="4"', `<rect width="4" height="4" fill="${fill(red)}"/>`), type, 1024),
    );
    expect(picture).toMatchObject({ width: 1024, height: 512 });
    expect(await distanceAt(picture.bytes, 0.498, 0.5, red)).toBeLessThan(3);
    expect(await colourAt(picture.bytes, 0.502, 0.5)).toEqual([0, 0, 0, 0]);
  });

  it('is drawn however large the drawing says it is', async () => {
    const picture = ready(await test.draw(svg('width="900000" height="900000"', '<rect width="100%" height="100%"/>'), type));
    expect(picture).toMatchObject({ width: 128, height: 128 });
  });

  it('takes its shape from the viewBox where there is no size', async () => {
    const picture = ready(await test.draw(svg('viewBox="0 0 300 100"', '<rect width="300" height="100"/>'), type));
    expect(picture).toMatchObject({ width: 128, height: 43 });
  });

  it('shows no file of this machine', async () => {
    const secret = join(test.directory, 'secret.png');
    await writeFile(
      secret,
      await sharp({ create: { width: 9, height: 9, channels: 3, background: red } })
        .png()
        .toBuffer(),
    );
    const references = [secret, `file://${secret}`, 'secret.png', './secret.png'];
    const images = references.map((href) => `<image href="${href}" xlink:href="${href}" width="100" height="100"/>`);
    const picture = ready(await test.draw(svg('width="100" height="100"', images.join('')), type));
    expect(await colourAt(picture.bytes, 0.5, 0.5)).toEqual([0, 0, 0, 0]);
  });

  it('includes no text of this machine', async () => {
    const secret = join(test.directory, 'secret.txt');
    await writeFile(secret, 'MMMMMM');
    const include = `<text y="90" font-size="90"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${secret}" parse="text"/></text>`;
    const picture = ready(await test.draw(svg('width="100" height="100"', include), type));
    expect((await sharp(picture.bytes).stats()).channels[3]?.max).toBe(0);
  });

  it('shows a picture that the drawing brings along', async () => {
    const inside = await sharp({ create: { width: 9, height: 9, channels: 3, background: green } })
      .png()
      .toBuffer();
    const image = `<image href="data:image/png;base64,${inside.toString('base64')}" width="100" height="100"/>`;
    const picture = ready(await test.draw(svg('width="100" height="100"', image), type));
    expect(await distanceAt(picture.bytes, 0.5, 0.5, green)).toBeLessThan(3);
  });

  it('runs no script', async () => {
    const script = '<script>document.documentElement.innerHTML = ""</script>';
    const picture = ready(
      await test.draw(svg('width="9" height="9"', `<rect width="9" height="9" fill="${fill(red)}"/>${script}`), type),
    );
    expect(await distanceAt(picture.bytes, 0.5, 0.5, red)).toBeLessThan(3);
  });

  it('has letters', async () => {
    const picture = ready(await test.draw(svg('width="100" height="100"', '<text y="80" font-size="90">M</text>'), type));
    expect((await sharp(picture.bytes).stats()).channels[3]?.max).toBe(255);
  });

  it('is given up when it takes too long, and others are drawn afterwards', async () => {
    expect(await test.draw(bomb, type)).toEqual({ state: 'FAILED', reason: 'The picture takes longer than 1.5 s to draw' });
    expect((await test.draw(svg('width="9" height="9"', ''), type)).state).toBe('READY');
  });

  it('is given up when nobody waits for it any more', async () => {
    const leaving = new AbortController();
    const left = test.rendering.render(await test.toSource(bomb, type), thumbnail(128), { ...asked, signal: leaving.signal });
    while (test.rendering.stats().svgRunning === 0) await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    while (test.rendering.stats().svgRunning !== 0) await new Promise(setImmediate);
    expect(test.rendering.stats()).toMatchObject({ svgKilled: 1 });
  });

  it('never holds up a photo, however many drawings take all their time', async () => {
    const leaving = new AbortController();
    const options = { ...asked, signal: leaving.signal };
    const sources = await Promise.all(Array.from({ length: 20 }, () => test.toSource(bomb, type)));
    const drawings = sources.map((source) => test.rendering.render(source, thumbnail(128), options));
    while (test.rendering.stats().svgWaiting === 0) await new Promise(setImmediate);
    const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: red } })
      .jpeg()
      .toBuffer();
    ready(await test.draw(photo, 'image/jpeg'));
    expect(test.rendering.stats()).toMatchObject({ svgDone: 0, imageDone: 1 });
    leaving.abort(new Error('gone'));
    await Promise.allSettled(drawings);
  });

  it('fails in plain words when the drawing is not well-formed', async () => {
    expect(await test.draw('<svg xmlns="http://www.w3.org/2000/svg"><rect', type)).toEqual({
      state: 'FAILED',
      reason: 'The SVG picture is damaged, too large or too complex',
    });
  });

  it('is refused when the file is too large', async () => {
    expect(await test.draw(svg('width="9" height="9"', ' '.repeat(500_000)), type)).toMatchObject({ state: 'UNSUPPORTED' });
  });

  it('fails when the drawing takes too much memory', async () => {
    const small = await openTestRendering({ settings: { image: { maxSvgMemoryBytes: 128 * 1024 ** 2 } } });
    const inside = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: green } })
      .png()
      .toBuffer();
    const image = `<image href="data:image/png;base64,${inside.toString('base64')}" width="100" height="100"/>`;
    expect(await small.draw(svg('width="100" height="100"', image), type)).toEqual({
      state: 'FAILED',
      reason: 'The picture takes more memory to draw than it may',
    });
    await small.close();
  });
});
