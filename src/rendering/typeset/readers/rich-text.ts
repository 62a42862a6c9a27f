import { decodeCodePage } from './code-pages.js';

export interface RichText {
  readonly text: string;
  /** It is HTML, which Outlook wraps in RTF ([MS-OXRTFEX]); else plain text. */
  readonly isHtml: boolean;
}

/** A word and its number, a byte, a symbol, a brace, or letters. Line breaks between them mean nothing. */
const token = /\\([a-z]+)(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([\s\S])|([{}])|([^\\{}\r\n\0]+)/gi;
/** Of groups in groups. */
const maxDepth = 1_000;

/** What is written in RTF, a byte of it a letter, without its looks. Of a damaged one, as far as it can be read. */
export function readRichText(rtf: string): RichText {
  const reader = new Reader();
  const tokens = new RegExp(token);
  for (let found = tokens.exec(rtf); found && reader.depth < maxDepth; found = tokens.exec(rtf)) {
    const [, word, number, byte, symbol, brace, letters] = found;
    if (word === 'bin') tokens.lastIndex += Math.max(0, Number(number ?? 0));
    else if (word !== undefined) reader.word(word, number === undefined ? null : Number(number));
    else if (byte !== undefined) reader.letters(String.fromCharCode(Number.parseInt(byte, 16)));
    else if (symbol !== undefined) reader.symbol(symbol);
    else if (brace !== undefined) reader.brace(brace);
    else if (letters !== undefined) reader.letters(letters);
  }
  return reader.end();
}

/** What holds for the text of a group, and for groups in it as long as they say nothing else. */
interface Group {
  /** It is nothing to read: names of fonts, pictures. */
  readonly isHidden: boolean;
  readonly isFontTable: boolean;
  /** A tag of the HTML, as it was. */
  readonly isTag: boolean;
  /** Beside the HTML, for programs that know RTF only. */
  readonly isForOthers: boolean;
  /** null: the document's. */
  readonly font: number | null;
  /** So many letters after one of Unicode are for programs that know none. */
  readonly substitutes: number;
}

const hiddenWords = new Set(
  'fonttbl colortbl stylesheet info pict fldinst header headerl headerr footer footerl footerr'.split(' '),
);
const writtenWords = new Map([
  ...['par', 'line', 'sect', 'page', 'row'].map((word) => [word, '\n'] as const),
  ...['cell', 'tab'].map((word) => [word, '\t'] as const),
  ...Object.entries({ lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•', endash: '–', emdash: '—' }),
]);
const writtenSymbols: Readonly<Record<string, string>> = {
  ...{ '\\': '\\', '{': '{', '}': '}', '~': '\u00a0', _: '-', '\r': '\n', '\n': '\n' },
};
/** Windows' code pages of the character sets that fonts have. */
const codePages: Readonly<Record<number, number>> = {
  ...{ 0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257 },
  ...{ 204: 1251, 222: 874, 238: 1250 },
};

class Reader {
  readonly #outer: Group[] = [];
  readonly #text: string[] = [];
  readonly #fonts = new Map<number, number>();
  #group: Group = { isHidden: false, isFontTable: false, isTag: false, isForOthers: false, font: null, substitutes: 1 };
  #isHtml = false;
  #isMarked = false;
  #codePage = 1252;
  #defaultFont = 0;
  #substitutesLeft = 0;
  /** To be decoded when all of them are there: a letter may take two. */
  #bytes = '';

  get depth(): number {
    return this.#outer.length;
  }

  get #isShown(): boolean {
    return !this.#group.isHidden && !this.#group.isForOthers;
  }

  end(): RichText {
    this.#decode();
    return { text: this.#text.join(''), isHtml: this.#isHtml };
  }

  brace(brace: string): void {
    this.#decode();
    this.#substitutesLeft = 0;
    if (brace === '{') this.#outer.push(this.#group);
    else this.#group = this.#outer.pop() ?? this.#group;
  }

  letters(bytes: string): void {
    if (this.#isShown) this.#bytes += bytes.slice(this.#substitutesLeft);
    this.#substitutesLeft = Math.max(0, this.#substitutesLeft - bytes.length);
  }

  symbol(symbol: string): void {
    if (symbol === '*') this.#isMarked = true;
    else this.#write(writtenSymbols[symbol] ?? '');
  }

  word(word: string, number: number | null): void {
    this.#decode();
    const written = writtenWords.get(word);
    // A program that does not know a marked word is not to show its group.
    if (this.#isMarked) this.#change(word === 'htmltag' ? { isTag: true } : { isHidden: true });
    else if (hiddenWords.has(word)) this.#change({ isHidden: true, isFontTable: word === 'fonttbl' });
    else if (written !== undefined) this.#write(written);
    else this.#obey(word, number ?? 1);
    this.#isMarked = false;
  }

  #obey(word: string, number: number): void {
    if (word === 'fromhtml') this.#isHtml = true;
    else if (word === 'htmlrtf') this.#change({ isForOthers: number !== 0 });
    else if (word === 'ansicpg') this.#codePage = number;
    else if (word === 'deff') this.#defaultFont = number;
    else if (word === 'plain') this.#change({ font: null });
    else if (word === 'f') this.#change({ font: number });
    else if (word === 'fcharset' && this.#group.isFontTable)
      this.#fonts.set(this.#group.font ?? 0, codePages[number] ?? this.#codePage);
    else if (word === 'uc') this.#change({ substitutes: number });
    else if (word === 'u') {
      this.#write(String.fromCharCode(number & 0xffff));
      this.#substitutesLeft = this.#group.substitutes;
    }
  }

  #change(said: Partial<Group>): void {
    this.#group = { ...this.#group, ...said };
  }

  #write(text: string): void {
    this.#decode();
    if (this.#isShown) this.#text.push(text);
  }

  #decode(): void {
    if (this.#bytes === '') return;
    const { isTag, font } = this.#group;
    const codePage = isTag ? this.#codePage : (this.#fonts.get(font ?? this.#defaultFont) ?? this.#codePage);
    const text = decodeCodePage(Buffer.from(this.#bytes, 'latin1'), codePage);
    this.#text.push(this.#isHtml && !isTag ? text.replaceAll('<', '&lt;') : text);
    this.#bytes = '';
  }
}
