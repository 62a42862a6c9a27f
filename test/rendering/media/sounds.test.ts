import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sniffContentType } from '../../../src/content-type.js';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { describeWithFfmpeg, makeMedia, makeTone, remake } from './make-media.js';

let test: TestRendering;

beforeEach(async () => {
  test = await openTestRendering();
});

afterEach(() => test.close());

/** How high the bars stand in the two halves of a waveform, as shares of the picture's height. */
async function barHeights(picture: Buffer): Promise<{ readonly left: number; readonly right: number }> {
  const { data, info } = await sharp(picture).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true });
  const columns = Array.from({ length: info.width }, (_, x) => {
    const dark = Array.from({ length: info.height }, (_, y) => (data[y * info.width + x] ?? 255) < 160);
    return dark.filter(Boolean).length / info.height;
  });
  const [middle, edge] = [info.width / 2, info.width / 20];
  return { left: Math.max(...columns.slice(0, middle - edge)), right: Math.max(...columns.slice(middle + edge)) };
}

const softThenLoud = { left: expect.closeTo(0.1, 1), right: expect.closeTo(0.75, 1) };

describeWithFfmpeg('A thumbnail of a sound', () => {
  it.each([
    ['MP3', 'tone.mp3', 'audio/mpeg', []],
    ['M4A', 'tone.m4a', 'audio/x-m4a', []],
    ['AAC', 'tone.aac', 'audio/aac', []],
    ['WAV', 'tone.wav', 'audio/wav', []],
    ['FLAC', 'tone.flac', 'audio/flac', []],
    ['Ogg', 'tone.ogg', 'audio/ogg', ['-c:a', 'libvorbis']],
    ['Opus', 'tone.opus', 'audio/ogg', []],
    ['AIFF', 'tone.aiff', 'audio/aiff', []],
    ['Windows Media', 'tone.wma', 'audio/x-ms-asf', []],
    ['MP4 without a film', 'tone.mp4', 'video/mp4', []],
  ])('is its waveform: %s', async (_, filename, contentType, codec) => {
    const sound = await makeTone(filename, 2, ...codec);
    expect(await sniffContentType(Readable.from([sound]), filename)).toBe(contentType);
    const picture = ready(await test.draw(sound, contentType, 1024));
    expect(picture).toMatchObject({ width: 1024, height: 512 });
    expect(await barHeights(picture.bytes)).toEqual(softThenLoud);
  });

  it('is a line of dots where nothing is heard', async () => {
    const silence = await makeMedia('silence.wav', '-f', 'lavfi', '-i', 'anullsrc=d=1');
    const { left, right } = await barHeights(ready(await test.draw(silence, 'audio/wav', 1024)).bytes);
    expect({ left, right }).toEqual({ left: expect.closeTo(0.03, 1), right: expect.closeTo(0.03, 1) });
  });

  it('is its waveform also where it brings a cover along', async () => {
    const tone = await makeTone('tone.flac', 2);
    const cover = ['-f', 'lavfi', '-i', 'color=red:s=300x300:d=0.1', '-frames:v', '1', '-map', '0:a', '-map', '1:v'];
    const sound = await remake(tone, 'tone.mp3', ...cover, '-disposition:v', 'attached_pic');
    expect(await barHeights(ready(await test.draw(sound, 'audio/mpeg', 1024)).bytes)).toEqual(softThenLoud);
  });

  it('is drawn of a sound that is shorter than a bar is wide', async () => {
    const click = await makeMedia('click.wav', '-f', 'lavfi', '-i', 'sine=d=0.01');
    expect((await barHeights(ready(await test.draw(click, 'audio/wav', 1024)).bytes)).left).toBeGreaterThan(0.6);
  });

  it('is heard in places where a sound is long', async () => {
    const long = await makeTone('long.wav', 1200, '-ar', '8000', '-c:a', 'pcm_u8');
    expect(await barHeights(ready(await test.draw(long, 'audio/wav', 1024)).bytes)).toEqual(softThenLoud);
  });

  it('decodes the sound once for all sizes', async () => {
    const source = await test.toSource(await makeTone('tone.wav', 2), 'audio/wav');
    ready(await test.rendering.render(source, thumbnail(320), asked));
    const { mediaStarted } = test.rendering.stats();
    ready(await test.rendering.render(source, thumbnail(2048), asked));
    expect(test.rendering.stats()).toMatchObject({ mediaStarted });
  });
});

describeWithFfmpeg('What is known of a sound', () => {
  it('is how long it plays; its waveform has any size', async () => {
    const source = await test.toSource(await makeTone('tone.wav', 2), 'audio/wav');
    expect(await test.rendering.facts(source, asked)).toMatchObject({ vector: true, durationSeconds: 2 });
    expect(test.rendering.expectedSize(source.contentKey, thumbnail(2048))).toEqual({ width: 2048, height: 1024 });
  });
});
