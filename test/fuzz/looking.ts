import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { request } from 'undici';
import type { Mutant } from './mutations.js';

/** Waiting and drawing have 30 s each, and a thumbnail, a page and a text may be drawn one after the other. */
const patienceMs = 120_000;

const uploadDocument = `mutation ($input: UploadAttachmentsInput!) {
  uploadAttachments(input: $input) { results { attachment { id } error { code message } } }
}`;

const lookDocument = `query ($id: ID!) {
  node(id: $id) {
    ... on Attachment {
      contentType
      thumbnail(size: 320, format: JPEG) { state reason retryAfterSeconds base64 }
      rendition(page: 1) { state reason retryAfterSeconds }
      text(maxChars: 1000)
    }
  }
}`;

interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryAfterSeconds?: number };
}

interface Picture {
  readonly state: string;
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  readonly base64?: string | null;
}

interface Look {
  readonly contentType: string;
  /** null: an error says why. */
  readonly thumbnail: Picture | null;
  readonly rendition: Picture | null;
  readonly text: string | null;
}

interface Answer<Data> {
  readonly data: Data | null;
  readonly errors?: readonly GraphError[];
}

interface Uploaded {
  readonly uploadAttachments: {
    readonly results: readonly {
      readonly attachment: { readonly id: string } | null;
      readonly error: { message: string } | null;
    }[];
  };
}

/** A plain answer, what is wrong with it: empty when nothing is. */
export interface Verdict {
  /** "READY", "FAILED", …, of the thumbnail. */
  readonly state: string;
  readonly complaints: readonly string[];
}

/** Uploads them in one request. Their ids, in order. */
export async function upload(url: string, mutants: readonly Mutant[]): Promise<readonly string[]> {
  const form = new FormData();
  const files = mutants.map(() => ({ file: null }));
  const input = { container: 'gid://vault/Folder/root', onCollision: 'RENAME', files };
  form.append('operations', JSON.stringify({ query: uploadDocument, variables: { input } }));
  form.append(
    'map',
    JSON.stringify(Object.fromEntries(mutants.map((_, index) => [index, [`variables.input.files.${index}.file`]]))),
  );
  for (const [index, { bytes, filename }] of mutants.entries())
    form.append(`${index}`, new Blob([new Uint8Array(bytes)]), filename);
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'apollo-require-preflight': 'true' }, body: form });
  const { data, errors } = (await response.json()) as Answer<Uploaded>;
  return (data?.uploadAttachments.results ?? []).map(({ attachment, error }) => {
    if (!attachment) throw new Error(error?.message ?? JSON.stringify(errors));
    return attachment.id;
  });
}

/** Asks for the attachment's pictures and text until none of them is to come any more. */
export async function look(url: string, id: string): Promise<Verdict> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const { data, errors = [] } = await ask<{ node: Look | null }>(url, lookDocument, { id });
    const waits = retryAfters(data?.node ?? null, errors);
    if (waits.length === 0) return judge(data?.node ?? null, errors);
    await setTimeout(Math.max(...waits) * 1000);
  }
  return { state: 'NEVER', complaints: [`is not settled after ${patienceMs} ms`] };
}

export async function ask<Data>(url: string, query: string, variables: object = {}): Promise<Answer<Data>> {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await body.json()) as Answer<Data>;
}

function retryAfters(look: Look | null, errors: readonly GraphError[]): readonly number[] {
  const pending = picturesOf(look)
    .filter(({ state }) => state === 'PENDING')
    .map(({ retryAfterSeconds }) => retryAfterSeconds ?? 1);
  const overloaded = errors.filter(({ extensions }) => extensions.code === 'OVERLOADED');
  return [...pending, ...overloaded.map(({ extensions }) => extensions.retryAfterSeconds ?? 1)];
}

function picturesOf(look: Look | null): readonly Picture[] {
  return [look?.thumbnail, look?.rendition].filter((picture) => picture !== null && picture !== undefined);
}

async function judge(look: Look | null, errors: readonly GraphError[]): Promise<Verdict> {
  const complaints = errors.flatMap(complaintsOfError);
  if (!look) return { state: 'NONE', complaints: [...complaints, 'is not there'] };
  for (const picture of picturesOf(look)) complaints.push(...complaintsOfState(picture));
  if (look.thumbnail === null) complaints.push('has no thumbnail, not even an icon');
  if (look.thumbnail?.base64) complaints.push(...(await complaintsOfPicture(look.thumbnail.base64)));
  return { state: look.thumbnail?.state ?? 'NONE', complaints };
}

const answers = ['UNSUPPORTED_MEDIA_TYPE', 'PROVIDER_ERROR', 'NOT_FOUND'];

function complaintsOfError({ message, path, extensions }: GraphError): readonly string[] {
  const known = answers.includes(extensions.code) ? [] : [`${path?.join('.')} fails with ${extensions.code}: ${message}`];
  return [...known, ...complaintsOfWords(message)];
}

function complaintsOfState({ state, reason }: Picture): readonly string[] {
  if (state === 'READY') return [];
  if (!['UNSUPPORTED', 'FAILED', 'PLACEHOLDER'].includes(state)) return [`is ${state}`];
  return reason ? complaintsOfWords(reason) : [`is ${state} for no reason`];
}

/** What a person cannot make sense of, or should not see. */
const jargon = /undefined|null|NaN|\[object|\bat .*:\d+|node:|\/tmp\/|\.part\b|Error:|E[A-Z]{4,}\b|SIG[A-Z]+|Vips|vips_|\p{Cc}/u;
const longest = 300;

function complaintsOfWords(words: string): readonly string[] {
  if (words.length > longest) return [`takes ${words.length} characters to say: ${words.slice(0, longest)}`];
  return jargon.test(words) ? [`says: ${words}`] : [];
}

async function complaintsOfPicture(base64: string): Promise<readonly string[]> {
  try {
    const { data, info } = await sharp(Buffer.from(base64, 'base64')).raw().toBuffer({ resolveWithObject: true });
    const fits = Math.max(info.width, info.height) <= 320 && data.length > 0;
    return fits ? [] : [`is ${info.width} × ${info.height} px`];
  } catch (error) {
    return [`is no picture: ${String(error)}`];
  }
}
