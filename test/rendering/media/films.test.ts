import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sniffContentType } from '../../../src/content-type.js';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { blue, colourAt, distanceAt, green, quartersDistance, red, yellow } from '../image/drawing.js';
import { describeWithFfmpeg, lossy420, makeMedia, makeQuarters, turnClockwise } from './make-media.js';

/** Of 255: what codecs that halve the resolution of colours lose in the middle of an area. */
const lost = 12;

let test: TestRendering;

beforeEach(async () => {
  test = await openTestRendering();
});

afterEach(() => test.close());

describeWithFfmpeg('A thumbnail of a film', () => {
  it.each([
    ['MP4', 'film.mp4', 'video/mp4', lossy420],
    ['QuickTime', 'film.mov', 'video/quicktime', lossy420],
    ['M4V', 'film.m4v', 'video/x-m4v', lossy420],
    ['MPEG transport streams', 'film.ts', 'video/mp2t', lossy420],
    ['WebM', 'film.webm', 'video/webm', ['-c:v', 'libvpx', '-b:v', '2M', '-pix_fmt', 'yuv420p']],
    ['Matroska', 'film.mkv', 'video/matroska', ['-c:v', 'ffv1']],
    ['AVI', 'film.avi', 'video/vnd.avi', ['-c:v', 'mpeg4', '-q:v', '2']],
    ['Ogg', 'film.ogv', 'video/ogg', ['-c:v', 'libtheora', '-q:v', '10']],
    ['3GP', 'film.3gp', 'video/3gpp', ['-c:v', 'h263', '-s', '176x144', '-q:v', '2']],
    ['Windows Media', 'film.wmv', 'video/x-ms-asf', ['-q:v', '2']],
    ['Flash video', 'film.flv', 'video/x-flv', ['-q:v', '2']],
  ])('is one of its frames: %s', async (_, filename, contentType, codec) => {
    const film = await makeQuarters(filename, 176, 144, ...codec);
    expect(await sniffContentType(Readable.from([film]), filename)).toBe(contentType);
    const picture = ready(await test.draw(film, contentType));
    expect(picture).toMatchObject({ width: 128, height: 105, madeBy: 'RENDERED_HERE' });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(lost);
  });

  it('stands upright where a phone was turned', async () => {
    const film = turnClockwise(await makeQuarters('film.mp4', 160, 90, ...lossy420));
    const picture = ready(await test.draw(film, 'video/mp4'));
    expect(picture).toMatchObject({ width: 72, height: 128 });
    expect(await quartersDistance(picture.bytes, [blue, red, yellow, green])).toBeLessThan(lost);
  });

  it('is as wide as players show it, where the pixels of the film are not square', async () => {
    const film = await makeQuarters('film.mkv', 720, 576, '-vf', 'setsar=64/45', '-c:v', 'mpeg2video', '-q:v', '2');
    const picture = ready(await test.draw(film, 'video/matroska', 1024));
    expect(picture).toMatchObject({ width: 1024, height: 576 });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(lost);
  });

  it('has the size of the film where that is odd, and is never larger', async () => {
    const picture = ready(await test.draw(await makeQuarters('film.mkv', 161, 91, '-c:v', 'ffv1'), 'video/matroska', 1024));
    expect(picture).toMatchObject({ width: 161, height: 91 });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(lost);
  });

  it.each([
    ['a key frame each second', '10'],
    ['one key frame, at the beginning', '1000'],
  ])('shows what follows a black opening: %s', async (_, keyFramesApart) => {
    const scenes = ['-f', 'lavfi', '-i', 'color=black:s=160x90:r=10:d=3', '-f', 'lavfi', '-i', 'smptebars=s=160x90:r=10:d=7'];
    const rest = ['-filter_complex', '[0][1]concat=n=2', ...lossy420, '-g', keyFramesApart, '-sc_threshold', '0'];
    const picture = ready(await test.draw(await makeMedia('film.mp4', ...scenes, ...rest), 'video/mp4'));
    expect(await colourAt(picture.bytes, 0.5, 0.3)).not.toEqual([0, 0, 0, 255]);
    expect((await sharp(picture.bytes).stats()).channels.map(({ stdev }) => stdev > 30)).toEqual([true, true, true]);
  });

  it('is black for a film that is black to its end', async () => {
    const film = await makeMedia('film.mp4', '-f', 'lavfi', '-i', 'color=black:s=160x90:d=2', ...lossy420);
    expect(await colourAt(ready(await test.draw(film, 'video/mp4')).bytes, 0.5, 0.5)).toEqual([0, 0, 0, 255]);
  });

  it('is the only frame of a film that has no more', async () => {
    const film = await makeQuarters('film.mp4', 160, 90, ...lossy420, '-frames:v', '1');
    expect(await quartersDistance(ready(await test.draw(film, 'video/mp4')).bytes)).toBeLessThan(lost);
  });

  it('is drawn of a film that does not say how long it is', async () => {
    const film = await makeQuarters('film.mkv', 160, 90, '-c:v', 'ffv1', '-f', 'matroska', '-live', '1');
    const source = await test.toSource(film, 'video/matroska');
    expect(ready(await test.rendering.render(source, thumbnail(128), asked)).state).toBe('READY');
    expect(await test.rendering.facts(source, asked)).toEqual({ width: 160, height: 90, vector: false, pageCount: null });
  });

  it('is drawn of the part that is there, where a film breaks off', async () => {
    const whole = await makeMedia(
      'film.mp4',
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4', ...lossy420, '-g', '10', '-movflags', 'faststart'],
    );
    expect((await test.draw(whole.subarray(0, whole.length / 8), 'video/mp4')).state).toBe('READY');
  });

  it('is transparent where the film is', async () => {
    const half = ['-f', 'lavfi', '-i', 'color=red@0.5:s=160x90:d=1,format=yuva420p'];
    const film = await makeMedia('film.webm', ...half, '-c:v', 'libvpx-vp9', '-auto-alt-ref', '0', '-cpu-used', '8');
    const [r = 0, g = 0, b = 0, alpha] = await colourAt(ready(await test.draw(film, 'video/webm')).bytes, 0.5, 0.5);
    expect(Math.max(255 - r, g, b)).toBeLessThan(lost);
    expect(alpha).toBe(127);
  });

  it('has the colours of high definition, also where the film does not say that it has', async () => {
    const film = await makeQuarters('film.mp4', 1280, 720, '-vf', 'scale=out_color_matrix=bt709', ...lossy420);
    expect(await quartersDistance(ready(await test.draw(film, 'video/mp4')).bytes)).toBeLessThan(lost);
  });

  it('brings the light of an HDR film into the range of a screen', async () => {
    /** Of perceptual quantization: 148 of 255 is the white of paper, 203 cd/m². */
    const white = ['-f', 'lavfi', '-i', 'color=#949494:s=160x90:d=1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p10le'];
    const marks = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const film = await makeMedia('film.mp4', ...white, ...marks);
    const [r = 0] = await colourAt(ready(await test.draw(film, 'video/mp4')).bytes, 0.5, 0.5);
    expect(r).toBeGreaterThan(225);
  });

  it('decodes the film once for all sizes up to 1024 px', async () => {
    const source = await test.toSource(await makeQuarters('film.mp4', 640, 360, ...lossy420), 'video/mp4');
    ready(await test.rendering.render(source, thumbnail(320), asked));
    while (test.rendering.stats().mediaRunning !== 0 || test.rendering.stats().mediaWaiting !== 0)
      await new Promise(setImmediate);
    const { mediaStarted } = test.rendering.stats();
    const picture = ready(await test.rendering.render(source, thumbnail(160), asked));
    expect(await quartersDistance(picture.bytes)).toBeLessThan(lost);
    expect(test.rendering.stats()).toMatchObject({ mediaStarted });
  });
});

describeWithFfmpeg('What is known of a film', () => {
  it('is its size as it is shown, how long it plays, and a thumbhash after its first thumbnail', async () => {
    const film = turnClockwise(await makeQuarters('film.mp4', 160, 90, ...lossy420));
    const source = await test.toSource(film, 'video/mp4');
    const facts = await test.rendering.facts(source, asked);
    expect(facts).toEqual({ width: 90, height: 160, vector: false, pageCount: null, durationSeconds: 1 });
    expect(test.rendering.knownFacts(source.contentKey)).toEqual(facts);
    expect(test.rendering.expectedSize(source.contentKey, thumbnail(32))).toEqual({ width: 18, height: 32 });
    await test.rendering.render(source, thumbnail(32), asked);
    expect(test.rendering.thumbhash(source.contentKey)?.length).toBeGreaterThan(10);
  });
});

describeWithFfmpeg('A thumbnail of a film in which a title stands on black', () => {
  it('shows a later frame', async () => {
    const title = 'color=black:s=320x180:r=10:d=4,drawbox=x=150:y=85:w=20:h=10:c=white:t=fill';
    const scenes = [
      '-f',
      'lavfi',
      '-i',
      title,
      '-f',
      'lavfi',
      '-i',
      'color=#dc2828:s=320x180:r=10:d=6,drawbox=w=160:c=#28b43c:t=fill',
    ];
    const film = await makeMedia('film.mp4', ...scenes, '-filter_complex', '[0][1]concat=n=2', ...lossy420, '-g', '10');
    const picture = ready(await test.draw(film, 'video/mp4'));
    expect(await distanceAt(picture.bytes, 0.25, 0.5, green)).toBeLessThan(lost);
    expect(await distanceAt(picture.bytes, 0.75, 0.5, red)).toBeLessThan(lost);
  });
});
