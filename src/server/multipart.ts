import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable, type Writable } from 'node:stream';
import { type FileUpload, processRequest, Upload } from 'graphql-upload-minimal';
import { ContentError } from '../errors.js';
import { problemOf, toPaths } from './multipart-map.js';

export interface MultipartLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxFieldBytes: number;
}

/** Bytes of a file that may wait in memory for their reader. */
const bufferedBytes = 256 * 1024;

/**
 * One GraphQL multipart request while it is read. graphql-upload-minimal does the reading; it is given this instead of the request,
 * because what it leaves open has to be closed between it and its parser: paths that lead out of the variables or to one place, files that end
 * early or too late without an error, and a body that nobody reads to its end.
 */
export class MultipartRequest {
  readonly #request: IncomingMessage;
  readonly #limits: MultipartLimits;
  #parser: Writable | null = null;
  #lastFile: UploadContent | null = null;
  #paths: readonly string[] = [];

  constructor(request: IncomingMessage, limits: MultipartLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  /**
   * The operations with an Upload in the place of each file. Resolves before the files are read. Every failure, here and later
   * in an Upload's promise and stream, is a ContentError: BAD_USER_INPUT or PAYLOAD_TOO_LARGE.
   */
  async read(response: ServerResponse): Promise<unknown> {
    try {
      const { maxFiles, maxFieldBytes } = this.#limits;
      const source = this.#source() as unknown as IncomingMessage;
      // A field of exactly the limit counts as cut off.
      const operations = await processRequest(source, response, { maxFiles, maxFieldSize: maxFieldBytes + 1 });
      for (const path of this.#paths) secure(stepInto(operations, path.split('.')));
      return operations;
    } catch (error) {
      throw toUploadError(error);
    }
  }

  /** Ends the reading; all files that are not read yet fail with the error. */
  end(error: ContentError): void {
    if (this.#parser && !this.#parser.writableFinished) this.#parser.destroy(error);
  }

  /** All that graphql-upload-minimal uses of a request. What is left of the body is not its to read (resume): the server bounds that. */
  #source(): RequestSource {
    const request = this.#request;
    return {
      headers: request.headers,
      get readableEnded() {
        return request.readableEnded;
      },
      once: (event, listener) => request.once(event, listener),
      pipe: (parser) => this.#pipe(parser),
      unpipe: (parser) => request.unpipe(parser),
      resume: () => {},
    };
  }

  #pipe(parser: Writable): void {
    this.#parser = parser;
    // Before the library, which would fail the file with the parser's error. An unheard second error would end the process.
    parser.prependListener('error', (error) => this.#lastFile?.destroy(toUploadError(error)));
    this.#checkPaths(parser);
    this.#replaceStreams(parser);
    this.#request.pipe(parser);
  }

  #checkPaths(parser: Writable): void {
    let operations: unknown;
    interceptListeners(parser, 'field', (forward, name, value, ...rest) => {
      if (name === 'operations') operations = parseJson(value);
      if (name === 'map') this.#paths = toPaths(parseJson(value));
      // Before the operations the library refuses any map.
      const paths = operations === undefined ? [] : this.#paths;
      const problem = problemOf(paths, operations);
      if (parser.destroyed) return;
      if (problem === null) forward(name, value, ...rest);
      else parser.destroy(badInput(`The map field names ${problem}`));
    });
  }

  #replaceStreams(parser: Writable): void {
    interceptListeners(parser, 'file', (forward, name, stream, ...rest) => {
      if (parser.destroyed || !(stream instanceof Readable)) return;
      this.#lastFile = new UploadContent(stream, this.#limits.maxFileBytes);
      forward(name, this.#lastFile, ...rest);
    });
  }
}

interface RequestSource {
  readonly headers: IncomingHttpHeaders;
  readonly readableEnded: boolean;
  once(event: string, listener: () => void): void;
  pipe(parser: Writable): void;
  unpipe(parser: Writable): void;
  resume(): void;
}

/** A file's bytes as they arrive. Destroyed early, it lets the rest of the file pass by, so that the files after it still arrive. */
class UploadContent extends Readable {
  readonly #source: Readable;

  constructor(source: Readable, maxBytes: number) {
    super({ highWaterMark: bufferedBytes });
    this.#source = source;
    let sizeBytes = 0;
    source.on('data', (chunk: Buffer) => {
      if (this.destroyed) return;
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) this.destroy(tooLarge(maxBytes));
      else if (!this.push(chunk)) source.pause();
    });
    source.once('end', () => this.push(null));
    source.once('error', (error) => this.destroy(toUploadError(error)));
    source.once('close', () => {
      if (!source.readableEnded) this.destroy(cutOff());
    });
  }

  /** The library destroys the last file with an error of its own when a request ends early. */
  override destroy(error?: Error): this {
    return super.destroy(error && 'status' in error ? toUploadError(error) : error);
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#source.resume();
    callback(error);
  }
}

type Forward = (...values: unknown[]) => void;

/** Puts a step before the listeners that an emitter has for an event. */
function interceptListeners(emitter: Writable, event: string, step: (forward: Forward, ...values: unknown[]) => void): void {
  const listeners = emitter.listeners(event);
  const forward: Forward = (...values) => {
    for (const listener of listeners) Reflect.apply(listener, emitter, values);
  };
  emitter.removeAllListeners(event);
  emitter.on(event, (...values: unknown[]) => step(forward, ...values));
}

/** What the library itself refuses is left to it. */
function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function stepInto(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (parent, step) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, step) : undefined),
    value,
  );
}

/** Every way in which a file can fail becomes a ContentError before a resolver meets it. */
function secure(upload: unknown): void {
  if (!(upload instanceof Upload)) return;
  upload.promise = upload.promise.then(withClientErrors, (error) => {
    throw toUploadError(error);
  });
  upload.promise.catch(() => {});
}

function withClientErrors(file: FileUpload): FileUpload {
  const createReadStream = () => {
    try {
      return file.createReadStream();
    } catch (error) {
      throw toUploadError(error);
    }
  };
  return { ...file, filename: file.filename ?? '', createReadStream };
}

function toUploadError(error: unknown): ContentError {
  if (error instanceof ContentError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413) return new ContentError('PAYLOAD_TOO_LARGE', message, { cause: error });
  if (status === 499) return cutOff(error);
  return badInput(`This is not a GraphQL multipart request: ${message}`, error);
}

function tooLarge(maxBytes: number): ContentError {
  return new ContentError('PAYLOAD_TOO_LARGE', `The file is larger than the ${maxBytes} bytes that are allowed`);
}

function cutOff(cause?: unknown): ContentError {
  return badInput('The upload was cut off before its end', cause);
}

function badInput(message: string, cause?: unknown): ContentError {
  return new ContentError('BAD_USER_INPUT', message, { cause });
}
