import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

export type Part =
  | { readonly name: string; readonly value: string; readonly contentType?: string }
  | { readonly name: string; readonly filename: string; readonly contentType: string; readonly content: Readable };

/** A multipart/form-data body (RFC 7578) that streams its files. A file that fails ends the body unfinished. */
export function toMultipart(parts: readonly Part[]): { readonly contentType: string; readonly body: Readable } {
  const boundary = `proofsheet-${randomUUID()}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Readable.from(write(parts, boundary), { objectMode: false }),
  };
}

async function* write(parts: readonly Part[], boundary: string): AsyncGenerator<Buffer | string> {
  for (const part of parts) {
    yield `--${boundary}\r\n${headOf(part)}\r\n\r\n`;
    if ('value' in part) yield part.value;
    else yield* part.content;
    yield '\r\n';
  }
  yield `--${boundary}--\r\n`;
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
