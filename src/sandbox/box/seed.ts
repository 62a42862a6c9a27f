import { readSample, type SampleName } from '../samples.js';
import { type Account, rootId } from './account.js';

interface Seed {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly sample: SampleName;
  readonly createdAt: string;
  readonly pages?: readonly SampleName[];
}

const drawings = '770055';
const photos = '770056';

const folders = [
  { id: drawings, name: 'Drawings' },
  { id: photos, name: 'Photos' },
] as const;

/** 12345, 11111 and 123 are the files of the examples in Box's documentation. */
const files: readonly Seed[] = [
  { id: '12345', name: 'harbour.jpg', parentId: rootId, sample: 'harbour.jpg', createdAt: '2026-02-03T10:11:12-08:00' },
  { id: '11111', name: 'mountains.jpg', parentId: photos, sample: 'mountains.jpg', createdAt: '2026-01-14T16:20:05-08:00' },
  { id: '123', name: 'market.png', parentId: photos, sample: 'market.png', createdAt: '2026-03-01T08:00:00-08:00' },
  {
    id: '880012345601',
    name: 'lighthouse.webp',
    parentId: photos,
    sample: 'lighthouse.webp',
    createdAt: '2025-11-22T19:45:30-08:00',
  },
  { id: '880012345602', name: 'logo.svg', parentId: drawings, sample: 'logo.svg', createdAt: '2025-09-08T11:30:00-08:00' },
  {
    id: '880012345603',
    name: 'floor-plan.pdf',
    parentId: drawings,
    sample: 'floor-plan.pdf',
    createdAt: '2026-03-12T13:05:44-08:00',
    pages: ['floor-plan-page1.png', 'floor-plan-page2.png', 'floor-plan-page3.png'],
  },
  { id: '880012345604', name: 'invoice.pdf', parentId: rootId, sample: 'invoice.pdf', createdAt: '2026-03-18T09:12:00-08:00' },
  { id: '880012345605', name: 'notes.txt', parentId: rootId, sample: 'notes.txt', createdAt: '2026-03-20T17:01:09-08:00' },
];

/** A picture that nothing can be drawn from. */
const damaged = { id: '880012345606', name: 'damaged.png', parentId: photos, createdAt: new Date('2025-12-24T12:00:00-08:00') };

export async function seedAccount(account: Account): Promise<void> {
  for (const { id, name } of folders) account.addFolder(name, rootId, id, new Date('2025-09-01T09:00:00-08:00'));
  for (const { sample, pages = [], createdAt, ...file } of files) {
    const [bytes, ...drawn] = await Promise.all([sample, ...pages].map(readSample));
    if (bytes) account.addFile({ ...file, bytes, pages: drawn, createdAt: new Date(createdAt) });
  }
  account.addFile({ ...damaged, bytes: Buffer.from('\x89PNG\r\n\x1a\nbroken', 'latin1') });
}
