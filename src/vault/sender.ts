import { PassThrough, pipeline, type Readable } from 'node:stream';

export interface WatchedSender {
  /** The same bytes. Destroying it destroys the sender's stream. */
  readonly content: Readable;
  /** Whether the sender broke off, rather than the reader. */
  hasFailed(): boolean;
}

/** A stream that its reader destroys ends with the reader's error, so whose fault an end was shows only in which side ended first. */
export function watchSender(sent: Readable): WatchedSender {
  const content = new PassThrough();
  let failed = sent.destroyed && !sent.readableEnded;
  const note = () => {
    failed ||= !content.destroyed && !sent.readableEnded;
  };
  sent.once('error', note).once('close', note);
  pipeline(sent, content, () => {});
  return { content, hasFailed: () => failed };
}
