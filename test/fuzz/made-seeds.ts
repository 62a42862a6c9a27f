import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outlookFile } from '../support/outlook-file.js';
import { projectDirectory } from '../support/project.js';
import { zipFile } from '../support/zip-file.js';
import type { Seed } from './mutations.js';

const mail = [
  'From: Anna <anna@example.com>',
  'To: Ben <ben@example.com>',
  'Subject: =?UTF-8?B?w5ZmZm51bmc=?=',
  'Date: Fri, 27 Nov 2026 09:12:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<h1>Hello</h1><p>the <b>offer</b> is attached</p><table><tr><td>1</td></tr></table>',
  '--b',
  'Content-Type: application/pdf; name="offer.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0xLjQK',
  '--b--',
  '',
].join('\r\n');

const texts: Readonly<Record<string, string>> = {
  'offer.eml': mail,
  'table.csv': `name;price\n${Array.from({ length: 60 }, (_, row) => `"row ""${row}""";${row * 1.5}`).join('\n')}\n`,
  'notes.md':
    '# Notes\n\n- one\n- *two*\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```js\nconst x = 1;\n```\n\n> [link](https://example.com)\n',
  'data.json': JSON.stringify({ list: [1, 2, { deep: [true, null, 'text'] }] }, null, 2),
  'code.ts': 'export function add(one: number, other: number): number {\n  return one + other; // `both`\n}\n',
  'page.html': '<!doctype html><html><body><h1>Page</h1><script>alert(1)</script><p>words</p></body></html>',
  'letter.rtf': '{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0\\fs24 A letter with {\\b bold} words.\\par}',
  'drawing.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><filter id="f"><feGaussianBlur stdDeviation="2"/></filter><path filter="url(#f)" d="M0 0H9V9z"/></svg>',
};

/** Of the kinds that the folder of real files lacks: mails, archives, tables, code, fonts, and films and sounds where ffmpeg is there. */
export function makeSeeds(): readonly Seed[] {
  const written = Object.entries(texts).map(([filename, text]) => ({ filename, bytes: Buffer.from(text) }));
  const font = readFileSync(join(projectDirectory, 'node_modules/dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf'));
  const person = ['Anna', 'anna@example.com'] as const;
  const message = { subject: 'Offer', body: 'It is attached.', sender: person, to: [person], attached: ['offer.pdf'] };
  return [
    ...written,
    { filename: 'offer.msg', bytes: outlookFile(message) },
    { filename: 'files.zip', bytes: zipFile([{ name: 'folder/' }, { name: 'folder/a.txt', sizeBytes: 5 }, { name: 'ü.bin' }]) },
    { filename: 'mono.ttf', bytes: font },
    ...makeMedia(),
  ];
}

const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1'];
const film = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=1'];
const media: Readonly<Record<string, readonly string[]>> = {
  'film.mp4': [...film, '-c:v', 'mpeg4'],
  'film.webm': [...film, '-c:v', 'libvpx', '-b:v', '100k'],
  'film.avi': [...film, '-c:v', 'mjpeg'],
  'sound.mp3': [...tone, '-c:a', 'libmp3lame'],
  'sound.wav': tone,
  'sound.ogg': [...tone, '-c:a', 'libvorbis'],
  'sound.flac': tone,
};

function makeMedia(): readonly Seed[] {
  const directory = mkdtempSync(join(tmpdir(), 'proofsheet-media-'));
  try {
    return Object.entries(media).map(([filename, args]) => {
      const path = join(directory, filename);
      execFileSync('ffmpeg', ['-v', 'error', ...args, path]);
      return { filename, bytes: readFileSync(path) };
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
