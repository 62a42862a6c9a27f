import { describe, expect, it } from '@jest/globals';
import { contentFilename } from '../../src/identity/content-filename.js';
import type { Variant } from '../../src/rendition.js';

const thumbnail: Variant = { kind: 'thumbnail', size: 320, format: 'JPEG' };

describe('The filename of a form', () => {
  it.each<[string, Variant, string]>([
    ['photo.png', { kind: 'source' }, 'photo.png'],
    ['photo.png', thumbnail, 'photo-320.jpg'],
    ['archive.tar.gz', thumbnail, 'archive.tar-320.jpg'],
    ['.profile', thumbnail, '.profile-320.jpg'],
    ['no extension', { kind: 'thumbnail', size: 64, format: 'AVIF' }, 'no extension-64.avif'],
    ['report.pdf', { kind: 'page', page: 3, width: 1024, format: 'PNG' }, 'report-page3.png'],
    ['report.pdf', { kind: 'uploaded', name: 'cover.webp' }, 'report-cover.webp'],
    ['..', { kind: 'source' }, 'file'],
    ['', thumbnail, 'file-320.jpg'],
    ['half \ud83d pair.txt', { kind: 'source' }, 'half \ufffd pair.txt'],
  ])('%j as %j is %j', (filename, variant, expected) => {
    expect(contentFilename(filename, variant)).toBe(expected);
  });
});
