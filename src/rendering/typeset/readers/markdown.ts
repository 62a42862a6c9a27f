import { lexer, type Token, type Tokens } from 'marked';
import type { Block, Span } from '../paper.js';
import { highlight } from './highlight.js';
import { plainBlocks } from './plain.js';

/** A longer text is set as it was written: the parser takes its time. In UTF-16 units. */
const maxChars = 300_000;
const maxDepth = 20;
/** Of one cell, so that a row never takes more than a page. */
const maxCellLines = 30;

/** Where a block stands. */
interface Place {
  readonly indent: number;
  readonly isQuote: boolean;
}

export function markdownBlocks(text: string): readonly Block[] {
  if (text.length > maxChars) return plainBlocks(text);
  // What other tools read before the text: the page begins after it.
  const body = text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '');
  return toBlocks(lexer(body), { indent: 0, isQuote: false }, 0);
}

function toBlocks(tokens: readonly Token[], place: Place, depth: number): readonly Block[] {
  return depth > maxDepth ? [] : tokens.flatMap((token) => toBlock(token, place, depth));
}

function toBlock(token: Token, place: Place, depth: number): readonly Block[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: token.depth, spans: toSpans(token.tokens ?? [], {}) }];
    case 'paragraph':
    case 'text':
      return [{ kind: 'paragraph', spans: inlineOf(token), ...place }];
    case 'code':
      return [{ kind: 'lines', look: 'boxed', lines: highlight(token.text, (token.lang ?? '').split(/\s/)[0] || 'plaintext') }];
    case 'blockquote':
      return toBlocks(token.tokens ?? [], { indent: place.indent + 0.5, isQuote: true }, depth + 1);
    case 'list':
      return (token as Tokens.List).items.flatMap((item, index) => listItem(item, index, token as Tokens.List, place, depth));
    case 'table':
      return [toTable(token as Tokens.Table)];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'html':
      return htmlText(token.text) === '' ? [] : [{ kind: 'paragraph', spans: [{ text: htmlText(token.text) }], ...place }];
    default:
      return [];
  }
}

function listItem(item: Tokens.ListItem, index: number, list: Tokens.List, place: Place, depth: number): readonly Block[] {
  const box = item.checked ? '☑' : '☐';
  const number = Number(list.start || 1) + index;
  const marker = item.task ? box : list.ordered ? `${number}.` : '•';
  const blocks = toBlocks(item.tokens, { ...place, indent: place.indent + 1 }, depth + 1);
  return blocks.map((block, position) => (position === 0 && block.kind === 'paragraph' ? { ...block, marker } : block));
}

function toTable({ header, align, rows }: Tokens.Table): Block {
  return {
    kind: 'table',
    maxLines: maxCellLines,
    columns: header.map(({ tokens }, column) => ({
      title: textOf(toSpans(tokens, {})),
      align: align[column] === 'right' ? 'right' : 'left',
    })),
    rows: rows.map((row) => row.map(({ tokens }) => textOf(toSpans(tokens, {})))),
  };
}

function inlineOf(token: Token): readonly Span[] {
  return 'tokens' in token && token.tokens
    ? toSpans(token.tokens, {})
    : [{ text: unescaped('text' in token ? token.text : token.raw) }];
}

function toSpans(tokens: readonly Token[], look: Omit<Span, 'text'>): readonly Span[] {
  return tokens.flatMap((token) => toInline(token, look));
}

function toInline(token: Token, look: Omit<Span, 'text'>): readonly Span[] {
  const inner = (more: Omit<Span, 'text'>) => toSpans('tokens' in token ? (token.tokens ?? []) : [], { ...look, ...more });
  switch (token.type) {
    case 'strong':
      return inner({ bold: true });
    case 'em':
      return inner({ italic: true });
    case 'del':
      return inner({ tone: 'muted' });
    case 'link':
      return inner({ tone: 'link' });
    case 'codespan':
      return [{ ...look, text: unescaped(token.text), mono: true, tone: 'keyword' }];
    case 'image':
      return [{ ...look, text: `[${token.text || 'picture'}]`, tone: 'muted' }];
    case 'br':
      return [{ text: '\n' }];
    case 'html':
      return [{ ...look, text: /^<br\b/i.test(token.text) ? '\n' : '' }];
    case 'text':
      return 'tokens' in token && token.tokens ? inner({}) : [{ ...look, text: oneLine(unescaped(token.text)) }];
    default:
      return 'text' in token ? [{ ...look, text: oneLine(unescaped(token.text)) }] : [];
  }
}

/** A line break inside a paragraph is a space. */
function oneLine(text: string): string {
  return text.replace(/\n/g, ' ');
}

function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}

function htmlText(html: string): string {
  return unescaped(html.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/<[^<>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|(\w{2,4}));/g, (entity, code?: string, name?: string) => {
    if (code === undefined) return characters[name ?? ''] ?? entity;
    return Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : entity;
  });
}
