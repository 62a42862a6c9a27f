import { convert } from 'html-to-text';
import type { Block, Paper, Span } from '../paper.js';
import { toSize } from './units.js';

/** A mail, however it was kept. */
export interface Mail {
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** null: it has none that can be read. */
  readonly date: Date | null;
  readonly body: string;
  readonly attachments: readonly { readonly name: string; readonly sizeBytes: number | null }[];
  /** It goes on beyond what was read. */
  readonly isCut: boolean;
}

const maxBodyChars = 300_000;
const maxShownAddresses = 20;
const maxShownAttachments = 50;

export function mailPaper(mail: Mail): Paper {
  const { subject, from, to, cc, date, body, attachments } = mail;
  const named = attachments.map(({ name, sizeBytes }) => (sizeBytes === null ? name : `${name} (${toSize(sizeBytes)})`));
  const fields = [
    ['From', from],
    ['To', few(to, maxShownAddresses)],
    ['Cc', few(cc, maxShownAddresses)],
    ['Date', date === null ? '' : `${dateFormat.format(date)} UTC`],
    ['Attached', few(named, maxShownAttachments)],
  ] as const;
  const head: readonly Block[] = [
    { kind: 'heading', level: 2, spans: [{ text: subject.trim() || '(no subject)' }] },
    { kind: 'fields', fields: fields.filter(([, value]) => value !== '') },
    { kind: 'rule' },
  ];
  return {
    orientation: 'portrait',
    blocks: [...head, ...bodyBlocks(body.slice(0, maxBodyChars))],
    isCut: mail.isCut || body.length > maxBodyChars,
  };
}

/** What somebody would search for: who, about what, the words, and what is attached. */
export function mailWords({ subject, from, to, cc, body, attachments }: Mail): string {
  const people = [from, ...to, ...cc].filter((name) => name !== '').join(', ');
  return [subject, people, body.trim(), attachments.map(({ name }) => name).join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A mail's own text where it has one, else what its HTML says. Nothing that it refers to is loaded. */
export function bodyOf(text: string | undefined, html: string | undefined): string {
  if (text?.trim()) return text;
  return html ? convert(html.slice(0, maxHtmlChars), htmlOptions) : '';
}

const maxHtmlChars = 2_000_000;

const htmlOptions: Parameters<typeof convert>[1] = {
  wordwrap: false,
  limits: { maxInputLength: maxHtmlChars, maxDepth: 100, maxChildNodes: 10_000, ellipsis: '…' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });

function bodyBlocks(body: string): readonly Block[] {
  const lines = body.trim().split(/\r\n?|\n/);
  const paragraphs: Block[] = [];
  let spans: Span[] = [];
  const end = () => {
    if (spans.length > 0) paragraphs.push({ kind: 'paragraph', spans });
    spans = [];
  };
  for (const line of lines) {
    if (line.trim() === '') end();
    // Words of earlier mails step back.
    else spans.push({ text: `${spans.length > 0 ? '\n' : ''}${line}`, tone: line.startsWith('>') ? 'muted' : 'plain' });
  }
  end();
  return paragraphs;
}

function few(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
