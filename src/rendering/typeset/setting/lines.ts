import type { Span, Tone } from '../paper.js';
import type { Face } from './face.js';
import type { Faces } from './faces.js';
import type { Line, Piece } from './line.js';
import { type Direction, directionOf, inVisualOrder } from './visual-order.js';

export interface LineForm {
  /** Of the letters, in points. */
  readonly size: number;
  /** Of the longest line, in points. */
  readonly width: number;
  /** "anywhere" keeps every space. */
  readonly breaks: 'at words' | 'anywhere';
}

/** Words, spaces, and each character of the scripts that have no spaces. */
const tokens =
  /\n|[^\S\n]+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** At least one line, also of nothing. A word that is longer than a line is broken. */
export function breakLines(spans: readonly Span[], faces: Faces, form: LineForm): readonly Line[] {
  const breaker = new LineBreaker(faces, form);
  for (const span of spans) breaker.add(span);
  return breaker.end();
}

/** What fits, with an ellipsis where that is not all. */
export function cutLine(
  text: string,
  faces: Faces,
  { size, width }: Omit<LineForm, 'breaks'>,
  look: Omit<Span, 'text'> = {},
): Line {
  const clean = text.slice(0, maxCellChars).replace(/\s+/g, ' ');
  const [line = [], ...rest] = breakLines([{ ...look, text: clean }], faces, { size, width, breaks: 'anywhere' });
  if (rest.length === 0 && clean.length === text.length) return line;
  const room = width - faces.width('…', look) * size;
  const [cut = []] = breakLines([{ ...look, text: clean }], faces, { size, width: Math.max(room, 1), breaks: 'anywhere' });
  const fitting = clean.slice(0, cut.map((piece) => piece.text).join('').length);
  return breakLines([{ ...look, text: `${fitting}…` }], faces, { size, width, breaks: 'anywhere' })[0] ?? [];
}

/** More than the widest cell has room for. */
const maxCellChars = 300;

class LineBreaker {
  readonly #lines: Line[] = [];
  #line: Piece[] = [];
  #x = 0;
  /** Of the paragraph, as soon as it has a letter. */
  #direction: Direction | null = null;

  constructor(
    private readonly faces: Faces,
    private readonly form: LineForm,
  ) {}

  add(span: Span): void {
    const text = printable(span.text);
    if (this.form.breaks === 'anywhere') this.#put(text, span);
    else for (const [token] of text.matchAll(tokens)) this.#putWord(token, span);
  }

  end(): readonly Line[] {
    this.#endLine();
    return this.#lines;
  }

  #putWord(word: string, span: Span): void {
    const isWide =
      this.#x > 0 && !hanging.test(word) && this.#x + this.faces.width(word, span) * this.form.size > this.form.width;
    if (isWide) this.#endLine();
    if (!isWide || word.trim() !== '') this.#put(word, span);
  }

  #put(text: string, span: Span): void {
    for (const character of text) {
      if (character === '\n') {
        this.#endLine();
        this.#direction = null;
        continue;
      }
      this.#direction ??= directionOf(character);
      const { face, width } = this.faces.glyph(character, span);
      this.#putCharacter(character, face, width * this.form.size, span.tone ?? 'plain');
    }
  }

  #putCharacter(character: string, face: Face, width: number, tone: Tone): void {
    const room = this.form.width + (hanging.test(character) ? this.form.size : tolerance);
    if (this.#x > 0 && this.#x + width > room) this.#endLine();
    const last = this.#line.at(-1);
    if (last && last.face === face && last.tone === tone) {
      last.text += character;
      last.width += width;
    } else this.#line.push({ face, tone, text: character, width });
    this.#x += width;
  }

  #endLine(): void {
    const { size, width } = this.form;
    this.#lines.push(inVisualOrder(this.#line, { direction: this.#direction ?? 'ltr', size, width }));
    this.#line = [];
    this.#x = 0;
  }
}

/** Begins no line, and may stand out at the end of one by the width of a letter. */
const hanging = /^[\n,.;:!?)\]}»”’、。]+$/;

/** In points: sums of widths are not exact. */
const tolerance = 0.01;

/** Without what no font shows, what turns the direction of writing, and halves of characters. Tabs are four columns wide. */
function printable(text: string): string {
  return text
    .replaceAll('\t', '    ')
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '');
}
