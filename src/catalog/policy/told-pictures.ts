import type { Attachment } from '../../attachment.js';
import type { Listed } from '../../providers/provider.js';

export type ToldPicture = NonNullable<Listed<unknown>['picture']>;

/** Where the systems' own pictures go that lists tell along. They are no metadata: pages are kept without them. */
export interface ToldPictures {
  put(attachment: Attachment, picture: ToldPicture): void;
}
