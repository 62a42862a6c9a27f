import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

export type Part =
  | { readonly name: string; readonly value: string; readonly contentType?: string }
  | {
      readonly name: string;
      readonly filename: string;
      readonly contentType: string;
      readonly content: Readable;
      readonly sizeBytes?: number;
    };

export interface Multipart {
  readonly contentType: string;
  readonly body: Readable;
  /** null where a file's size was not told. */
  readonly sizeBytes: number | null;
}

/** A multipart/form-data body (RFC 7578) that streams its files. A file that fails ends the body unfinished. */
export function toMultipart(parts: readonly Part[]): Multipart {
  const boundary = `proofsheet-${randomUUID()}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Readable.from(write(parts, boundary), { objectMode: false }),
    sizeBytes: sizeOf(parts, boundary),
  };
}

function sizeOf(parts: readonly Part[], boundary: string): number | null {
  const sizes = parts.map((part) => {
    const content = 'value' in part ? Buffer.byteLength(part.value) : part.sizeBytes;
    return content === undefined ? null : Buffer.byteLength(opening(part, boundary)) + content + lineEnd.length;
  });
  const end = Buffer.byteLength(closing(boundary));
  return sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), end);
}

async function* write(parts: readonly Part[], boundary: string): AsyncGenerator<Buffer | string> {
  for (const part of parts) {
    yield opening(part, boundary);
    if ('value' in part) yield part.value;
    else yield* part.content;
    yield lineEnd;
  }
  yield closing(boundary);
}

const lineEnd = '\r\n';

function opening(part: Part, boundary: string): string {
  return `--${boundary}\r\n${headOf(part)}\r\n\r\n`;
}

function closing(boundary: string): string {
  return `--${boundary}--\r\n`;
}

function headOf(part: Part): string {
  const disposition = `Content-Disposition: form-data; name="${part.name}"`;
  if ('value' in part) return part.contentType ? `${disposition}\r\nContent-Type: ${part.contentType}` : disposition;
  return `${disposition}; filename="${quotable(part.filename)}"\r\nContent-Type: ${part.contentType}`;
}

/** As browsers write it (WHATWG HTML, multipart form data). */
function quotable(filename: string): string {
  return filename.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}
