import sharp from 'sharp';
import { readSample, type SampleName, samples } from '../samples.js';
import type { Account, NewContent } from './account.js';
import { sampleId } from './ids.js';
import type { File, Folder } from './model.js';
import { standInPages, storedPages } from './pictures.js';
import { demo, userAA, userBB } from './users.js';

/** Ids, codes and tokens that the vendor's examples show. */
const example = {
  plansFolder: 'FDC22B65E850730CAA60AF83B5D17B95F47087F4E518',
  photo: 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9',
  /** The same id as one of the pages writes it. */
  photoMisspelt: 'D3E2C64C386901BFC239EB7D394A94AF203799A93B9',
  picture: 'D21C7EAA30B5394DF4B3FAF223897F0989F871A58A5C',
  noPicture: 'DAFEF814943F5A3A1E6AC6AED394A94AF203799A93B9',
  document: 'D3C1C1F319CFE6B102095C5DT0000000000100000001',
  text: 'DED694950C14AFF280419F9AB5D17B95F47087F4E518',
  publicLink: 'LF8D36FAFAB4388BECEAC4AEB5D17B95F47087F4E518',
  accessCode: 'test12345',
  appLink:
    'LF5Bxj4TPo_p4n4qWn0tbKTicR2cTUJKv7X_ng9E7ry93rRuDokPqS1d6-wKwhb_wtcGYFDsI_cNMxeKQ-HR-FXQhiVoGRTYM_MPZY8qpICfYU94mmnMjM_cvsRhKMzc0NJgvwEJfqqDwPsAVrhc8cmg==',
  accessToken: '352FpiMmW66PeYI1Gh5b83I9CXRwZhLfYAu4TXdqpzD8uNKUBMZVVJ3ZvivUW8kQ',
  refreshToken: 'Yc_b_dE8V03eDTCmcmC1gi_y3LVJTPiZOSQDhuS_VWim9E_FRpLQGtEhgxCNbKTG',
};

/**
 * demo ─ Home ─ Harbour project ┬ Plans   (User AA's)  document, text
 *             │ both links       ├ Photos  (User BB's)  photo
 *             │                  └ harbour logo, invoice, market
 *             └ mountains, lighthouse, notes
 */
export async function seed(account: Account): Promise<void> {
  const home = account.homeOf(demo);
  const project = account.createFolder(home, 'Harbour project', demo, { id: sampleId('folder', 'project'), at: day(1) });
  const plans = account.createFolder(project, 'Plans', demo, { id: example.plansFolder, owner: userAA, at: day(2) });
  const photos = account.createFolder(project, 'Photos', demo, { id: sampleId('folder', 'photos'), owner: userBB, at: day(2) });
  await seedDocument(account, plans);
  seedText(account, plans);
  await seedPhoto(account, photos);
  await put(account, home, 'mountains.jpg', { id: example.picture, at: day(4) });
  await put(account, home, 'lighthouse.webp', { at: day(9) });
  await put(account, home, 'notes.txt', { id: example.noPicture, at: day(12) });
  await put(account, project, 'logo.svg', { at: day(3) });
  await put(account, project, 'invoice.pdf', { at: day(17) });
  await put(account, project, 'market.png', { at: day(15) });
  seedLinks(account, project);
}

async function put(account: Account, folder: Folder, name: SampleName, more: { id?: string; at: Date }): Promise<File> {
  return account.upload(folder, await contentOf(name), demo, { id: sampleId('file', name), ...more });
}

/** Two versions of three pages; the second has a rendition that somebody uploaded. */
async function seedDocument(account: Account, folder: Folder): Promise<void> {
  const content = await contentOf('floor-plan.pdf');
  const file = account.upload(folder, content, userAA, { id: example.document, at: day(5) });
  account.revise(file, content, userAA, day(8));
  const names = ['floor-plan-page1.png', 'floor-plan-page2.png', 'floor-plan-page3.png'] as const;
  const pages = await Promise.all(names.map(readSample));
  for (const version of file.versions.values()) version.pages = storedPages(pages);
  file.versions.get(2)?.renditions.set('small', {
    name: 'small',
    description: 'small custom rendition',
    path: 'small.jpg',
    mimeType: 'image/jpeg',
    bytes: await sharp(pages[0]).resize({ width: 240 }).jpeg().toBuffer(),
  });
}

function seedText(account: Account, folder: Folder): void {
  const write = (text: string): NewContent => ({
    name: 'fileViaApplink-renamed.txt',
    bytes: Buffer.from(text),
    mimeType: 'text/plain',
  });
  const file = account.upload(folder, write('This is the file.'), userBB, { id: example.text, at: day(6) });
  account.revise(file, write('This is the file via applink.'), userBB, day(7));
  for (const version of file.versions.values()) version.pages = standInPages(version, 0);
}

/** Four versions, each larger than the one before. */
async function seedPhoto(account: Account, folder: Folder): Promise<void> {
  account.aliases.set(example.photoMisspelt, example.photo);
  const content = await contentOf('harbour.jpg');
  for (const [index, width] of [400, 600, 800].entries()) {
    const bytes = await sharp(content.bytes).resize({ width }).jpeg().toBuffer();
    account.upload(folder, { ...content, bytes }, userBB, { id: example.photo, at: day(10 + index) });
  }
  account.upload(folder, content, userBB, { at: day(14) });
}

/** Both open the project, and with it all that the examples reach by them. They do not end. */
function seedLinks(account: Account, item: Folder): void {
  account.publicLinks.set(example.publicLink, {
    id: example.publicLink,
    item,
    name: 'Harbour project',
    owner: demo,
    createdAt: day(16),
    modifiedAt: day(16),
    assignedUsers: '@everybody',
    role: 'viewer',
    password: example.accessCode,
    expiresAt: null,
  });
  account.appLinks.set(example.appLink, {
    id: example.appLink,
    item,
    role: 'viewer',
    refreshToken: example.refreshToken,
    refreshEndsAt: Number.POSITIVE_INFINITY,
    accessToken: example.accessToken,
    accessEndsAt: Number.POSITIVE_INFINITY,
  });
}

async function contentOf(name: SampleName): Promise<NewContent> {
  return { name, bytes: await readSample(name), mimeType: samples[name] };
}

/** Of the month that the files were made in. */
function day(day: number): Date {
  return new Date(Date.UTC(2025, 2, day, 9, (7 * day) % 60, 11));
}
