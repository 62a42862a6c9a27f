import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Every row of a vault of `count` attachments, the same ones each time: a company's photos, scans and papers in 1,000 folders. */
export function* vaultRows(count) {
  const firstAt = Date.UTC(2024, 0, 1);
  for (let number = 1; number <= count; number++) {
    const draw = drawOf(number);
    const [contentType, filename] = fileOf(number, draw());
    const at = firstAt + number * 37_000;
    yield {
      key: number,
      id: uuidv7({ msecs: at }),
      // A third of everything lies in one folder, the rest is spread evenly.
      folder: draw() < 0.33 ? 2 : 3 + Math.floor(draw() * 998),
      filename,
      contentType,
      digest: createHash('sha256').update(String(number)).digest('hex'),
      sizeBytes: Math.floor(20_000 + draw() ** 4 * 50_000_000),
      at,
    };
  }
}

export const folderCount = 1_000;
export const bigFolder = 2;

export const contentTypes = [
  'image/jpeg',
  'application/pdf',
  'image/png',
  'text/plain',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'image/heic',
  'video/mp4',
];

const subjects = [
  'invoice',
  'contract',
  'offer',
  'report',
  'minutes',
  'drawing',
  'delivery note',
  'passport',
  'label',
  'receipt',
];

function fileOf(number, kind) {
  const subject = `${subjects[number % subjects.length]} ${number}`;
  if (kind < 0.5) return [contentTypes[0], `IMG_${number}.jpg`];
  if (kind < 0.75) return [contentTypes[1], `${subject}.pdf`];
  if (kind < 0.9) return [contentTypes[2], `Screenshot ${number}.png`];
  if (kind < 0.95) return [contentTypes[3], `${subject}.txt`];
  if (kind < 0.99) return [contentTypes[4], `${subject}.docx`];
  if (kind < 0.999) return [contentTypes[5], `IMG_${number}.heic`];
  return [contentTypes[6], `MVI_${number}.mp4`];
}

/** Numbers from 0 to 1 that depend on the seed alone. */
function drawOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
