import { describe, expect, it } from '@jest/globals';
import { isSoundCompoundFile } from '../../../src/rendering/typeset/readers/compound-file.js';
import { outlookFile } from '../../support/outlook-file.js';

const sectorBytes = 512;
const entryBytes = 128;
const [left, right, child, start, size] = [0x44, 0x48, 0x4c, 0x74, 0x78];
const parts = {
  subject: 'Offer',
  body: 'It is attached.',
  sender: ['Anna', 'anna@example.com'],
  to: [],
  attached: ['a.pdf'],
} as const;
/** Its subject is in sectors of its own, its sender in several mini sectors. */
const mail = outlookFile({ ...parts, subject: 'x'.repeat(5_000), sender: ['Anna'.repeat(40), 'anna@example.com'] });
/** It has more sectors of links than its header has place to list. */
const hugeMail = outlookFile({ ...parts, body: 'x'.repeat(4_000_000) });

const header = { fatCount: 0x2c, directory: 0x30, miniFat: 0x3c, listed: 0x44, listedCount: 0x48, fat: 0x4c };
const positionOf = (sector: number) => (sector + 1) * sectorBytes;
const numberAt = (position: number) => mail.readInt32LE(position);
const entryAt = (index: number) => positionOf(numberAt(header.directory)) + index * entryBytes;
const linkOf = (sector: number) => positionOf(numberAt(header.fat)) + sector * 4;
const miniLinkOf = (sector: number) => positionOf(numberAt(header.miniFat)) + sector * 4;
/** In the order in which they were written. */
const [top, subject, sender, attachment] = [entryAt(0), entryAt(1), entryAt(3), entryAt(5)] as const;

function isSoundWith(position: number, number: number): boolean {
  const harmed = Buffer.from(mail);
  harmed.writeInt32LE(number, position);
  return isSoundCompoundFile(harmed);
}

describe('A compound file', () => {
  it.each([
    ['with all that is in a mail', mail],
    ['with hardly anything', outlookFile({ ...parts, attached: [] })],
    ['of some megabytes', hugeMail],
  ])('is sound: %s', (_, bytes) => {
    expect(isSoundCompoundFile(bytes)).toBe(true);
  });

  it.each([
    ['the directory', linkOf(numberAt(header.directory) + 1), numberAt(header.directory)],
    ['the mini sectors', linkOf(numberAt(top + start)), numberAt(top + start)],
    ['a large stream', linkOf(numberAt(subject + start) + 5), numberAt(subject + start)],
    ['a small stream', miniLinkOf(numberAt(sender + start) + 1), numberAt(sender + start)],
  ])('is refused where a chain of sectors comes back to itself: of %s', (_, position, number) => {
    expect(isSoundWith(position, number)).toBe(false);
  });

  it('is refused where the list of its sectors of links comes back to itself', () => {
    const harmed = Buffer.from(hugeMail);
    const listed = harmed.readInt32LE(header.listed);
    harmed.writeInt32LE(0x7fffffff, header.listedCount);
    harmed.writeInt32LE(listed, positionOf(listed + 1) - 4);
    expect(isSoundCompoundFile(harmed)).toBe(false);
  });

  it.each([
    ['to itself', subject + left, 1],
    ['to its neighbour', subject + right, 2],
    ['up to the root', attachment + child, 0],
    ['out of the tree', attachment + child, 1_000_000],
    ['before its beginning', subject + left, -5],
  ])('is refused where an entry leads %s', (_, position, number) => {
    expect(isSoundWith(position, number)).toBe(false);
  });

  it.each([
    ['a large stream', subject + size, 9_000_000],
    ['a large stream, of gigabytes', subject + size, 0x7fffffff],
    ['a small stream', sender + size, 4_000],
    ['a large stream that goes on outside of the file', linkOf(numberAt(subject + start)), 1_000_000],
    ['a large stream that is in sectors of another', subject + start, numberAt(top + start)],
    ['sectors of links', header.fatCount, 0x7fffffff],
    ['sectors of links, before the file begins', header.fat, -1],
    ['lists of links, where it has none', header.listedCount, 0x7fffffff],
    ['links of mini sectors, before the file begins', header.miniFat, -1],
  ])('is refused where it is said to hold what it cannot: %s', (_, position, number) => {
    expect(isSoundWith(position, number)).toBe(false);
  });

  it.each([0, 100, 512, 5_000])('is refused where it ends after %i bytes', (length) => {
    expect(isSoundCompoundFile(mail.subarray(0, length))).toBe(false);
  });
});
