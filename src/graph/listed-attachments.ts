import type { Attachment, AttachmentRef } from '../attachment.js';

/** What lists brought in one request: it need not be asked for again. Looked through only when something is asked for by its id. */
export class ListedAttachments {
  #unsorted: Attachment[] = [];
  readonly #byKey = new Map<string, Attachment>();

  add(attachment: Attachment): void {
    this.#unsorted.push(attachment);
  }

  find(ref: AttachmentRef): Attachment | undefined {
    for (const attachment of this.#unsorted) this.#byKey.set(keyOf(attachment), attachment);
    this.#unsorted = [];
    return this.#byKey.get(keyOf(ref));
  }
}

function keyOf({ provider, id }: AttachmentRef): string {
  return `${provider}\n${id}`;
}
