import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asked, openTestRendering, type TestRendering, thumbnail } from '../harness.js';
import { describeWithFfmpeg, lossy420, makeMedia, makeTone } from './make-media.js';

let test: TestRendering;

beforeEach(async () => {
  test = await openTestRendering({ settings: { media: { maxPixels: 1_000_000 } } });
});

afterEach(() => test.close());

const damaged = 'The MP4 file is damaged, incomplete or something else';

describeWithFfmpeg('A film or sound that cannot be drawn', () => {
  it.each([
    ['is empty', async () => Buffer.alloc(0), 'The file is empty'],
    ['is noise', async () => randomBytes(10_000), damaged],
    ['is a text', async () => Buffer.from('Dear all,\nplease find the film attached.\n'.repeat(20)), damaged],
    ['ends before its index', async () => (await makeTone('tone.mp4', 2)).subarray(0, 10_000), damaged],
  ])('is FAILED and says so: it %s', async (_, make, reason) => {
    expect(await test.draw(await make(), 'video/mp4')).toEqual({ state: 'FAILED', reason });
  });

  it('is FAILED where the frames that its index tells of are not there', async () => {
    const film = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4', ...lossy420, '-movflags', 'faststart'];
    const whole = await makeMedia('film.mp4', ...film);
    const headers = whole.subarray(0, whole.indexOf('mdat') + 4);
    const reason = 'No picture can be decoded from the MP4 file';
    expect(await test.draw(headers, 'video/mp4')).toEqual({ state: 'FAILED', reason });
  });

  it('is refused for nothing where it is gone meanwhile, for that says nothing about it', async () => {
    const source = await test.toSource('film', 'video/mp4');
    const { body } = await source.open(asked.signal);
    if ('path' in body) await rm(body.path);
    const gone = { ...source, sizeBytes: 4, open: async () => ({ contentType: 'video/mp4', sizeBytes: 4, range: null, body }) };
    await expect(test.rendering.facts(gone, asked)).rejects.toThrow('ENOENT');
  });

  it('is UNSUPPORTED where it has more pixels than it may', async () => {
    const film = await makeMedia('film.mp4', '-f', 'lavfi', '-i', 'color=red:s=1280x800:d=0.2', ...lossy420);
    expect(await test.draw(film, 'video/mp4')).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The picture has 1280 × 800 px, the limit is 1 million px',
    });
  });

  it('is UNSUPPORTED where it holds subtitles alone', async () => {
    const subtitles = Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nHello\n');
    const path = join(test.directory, 'subtitles.srt');
    await writeFile(path, subtitles);
    const file = await makeMedia('subtitles.mkv', '-i', path);
    expect(await test.draw(file, 'video/matroska')).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The Matroska file holds neither a picture nor a sound',
    });
  });
});

describeWithFfmpeg('A file that names others instead of being a film', () => {
  it.each([
    ['a playlist', (url: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${url}/a.ts\n#EXT-X-ENDLIST\n`],
    ['a playlist of files', () => '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'],
    ['a list to concatenate', (url: string) => `ffconcat version 1.0\nfile ${url}/a.mp4\nfile /etc/passwd\n`],
    [
      'a manifest',
      (url: string) =>
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S"><Period><BaseURL>${url}/</BaseURL><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
    [
      'a session description',
      (url: string) =>
        `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:${url}\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    ],
  ])('is refused, and nothing is asked for: %s', async (_, write) => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await test.draw(write(`http://127.0.0.1:${port}`), 'video/mp4');
    server.close();
    expect(outcome).toEqual({ state: expect.stringMatching(/^(UNSUPPORTED|FAILED)$/), reason: expect.stringContaining('MP4') });
    expect(requests).toBe(0);
  });
});

describe('The program that decodes', () => {
  const hanging = '#!/bin/sh\ncase "$1" in -version) echo "ffmpeg version 0" ;; *) exec sleep 600 ;; esac\n';

  async function openWith(program: string, more: object = {}): Promise<TestRendering> {
    const path = join(test.directory, 'program');
    await writeFile(path, program);
    await chmod(path, 0o755);
    return openTestRendering({ settings: { media: { ffmpeg: path, ffprobe: path, ...more } } });
  }

  it('is ended when it takes too long', async () => {
    const own = await openWith(hanging, { timeoutMs: 100 });
    const reason = 'The file takes longer than 0.1 s to decode';
    expect(await own.draw('film', 'video/mp4')).toEqual({ state: 'FAILED', reason });
    expect(own.rendering.stats()).toMatchObject({ mediaRunning: 0, mediaTimeouts: 1, mediaProcesses: 0 });
    await own.close();
  });

  it('is ended when nobody waits for it any more', async () => {
    const own = await openWith(hanging);
    const leaving = new AbortController();
    const task = { ...asked, signal: leaving.signal };
    const left = own.rendering.render(await own.toSource('film', 'video/mp4'), thumbnail(128), task);
    while (own.rendering.stats().mediaProcesses === 0) await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    while (own.rendering.stats().mediaProcesses !== 0) await new Promise(setImmediate);
    expect(own.rendering.stats()).toMatchObject({ mediaRunning: 0, mediaKilled: 1 });
    await own.close();
  });

  it('is given no variable of the environment but PATH', async () => {
    expect(await printedBy('env | cut -d= -f1')).toContain('PATH');
    expect(await printedBy('env | cut -d= -f1 | grep -vE "^(PATH|MALLOC_ARENA_MAX|PWD|OLDPWD|SHLVL|_)$"')).toBe('');
  });

  it('can write no file', async () => {
    const path = join(test.directory, 'written');
    await printedBy(`echo a picture > "${path}"`);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  /** What a program prints as errors that runs this line of shell instead of looking at a file. */
  async function printedBy(line: string): Promise<unknown> {
    const own = await openWith(
      `#!/bin/sh\n[ "$1" = -version ] && echo ffmpeg version 0 && exit\n(${line}) >&2 2>/dev/null\nexit 1\n`,
    );
    const failure = own.rendering.facts(await own.toSource('film', 'video/mp4'), asked).then(
      () => null,
      (error: unknown) => error,
    );
    const { cause } = (await failure) as Error;
    await own.close();
    return cause;
  }

  it('is missed where it is not there: such types cannot be drawn, and the reason names it', async () => {
    const own = await openTestRendering({ settings: { media: { ffmpeg: join(test.directory, 'nowhere') } } });
    expect(own.rendering.canThumbnail('video/mp4')).toBe(false);
    expect(await own.draw('film', 'video/mp4')).toEqual({
      state: 'UNSUPPORTED',
      reason: 'Films and sounds are drawn by ffmpeg, which is not installed on this machine',
    });
    await own.close();
  });
});
