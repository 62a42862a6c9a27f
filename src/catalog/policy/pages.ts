import type { Attachment, Container } from '../../attachment.js';
import type { Listed, Page } from '../../providers/provider.js';
import type { ToldPictures } from './told-pictures.js';

/** The page as metadata only: pictures go elsewhere. */
export function withoutPictures<T>(page: Page<T>): Page<T> {
  return { ...page, items: page.items.map(withoutPicture) };
}

function withoutPicture<T>(listed: Listed<T>): Listed<T> {
  const { picture: _, attachments, ...rest } = listed;
  return attachments ? { ...rest, attachments: attachments.map(withoutPicture) } : rest;
}

/** Every attachment that is on a page, also those told along with containers. */
export function attachmentsOf(page: Page<Attachment | Container>): readonly Listed<Attachment>[] {
  return page.items.flatMap((listed) => [...(isAttachment(listed) ? [listed] : []), ...(listed.attachments ?? [])]);
}

export function containersOf(page: Page<Attachment | Container>): readonly Container[] {
  return page.items.flatMap(({ item }) => ('filename' in item ? [] : [item]));
}

export function tellPictures(page: Page<Attachment | Container>, pictures: ToldPictures): void {
  for (const { item, picture } of attachmentsOf(page)) if (picture) pictures.put(item, picture);
}

function isAttachment(listed: Listed<Attachment | Container>): listed is Listed<Attachment> {
  return 'filename' in listed.item;
}
