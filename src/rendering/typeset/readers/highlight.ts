import { common, createLowlight } from 'lowlight';
import type { Span, Tone } from '../paper.js';

type Nodes = ReturnType<typeof lowlight.highlight>['children'];

const lowlight = createLowlight(common);
/** The highlighter is made of regular expressions: what is longer, or has longer lines, stays in one colour. In UTF-16 units. */
const maxChars = 200_000;
const maxLineChars = 5_000;

/** The lines of a code, coloured. */
export function highlight(code: string, language: string): readonly (readonly Span[])[] {
  const lines = code.split(/\r\n?|\n/);
  const isPlain = code.length > maxChars || lines.some((line) => line.length > maxLineChars) || !lowlight.registered(language);
  return isPlain ? lines.map((text) => [{ text }]) : toLines(lowlight.highlight(language, code).children);
}

function toLines(nodes: Nodes): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  const walk = (children: Nodes, tone: Tone) => {
    for (const node of children) {
      if (node.type === 'text') put(node.value, tone);
      else if (node.type === 'element') walk(node.children, toneOf(node.properties.className) ?? tone);
    }
  };
  const put = (value: string, tone: Tone) => {
    value.split(/\r\n?|\n/).forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push(tone === 'comment' ? { text, tone, italic: true } : { text, tone });
    });
  };
  walk(nodes, 'plain');
  return lines;
}

const tones: readonly (readonly [Tone, RegExp])[] = [
  ['comment', /^hljs-(?:comment|quote|doctag)$/],
  ['keyword', /^hljs-(?:keyword|selector-tag|built_in|type|operator|literal|section)$/],
  ['string', /^hljs-(?:string|regexp|char|template-variable|link|symbol|bullet)$/],
  ['number', /^hljs-(?:number|variable|params|meta|attr|attribute)$/],
  ['title', /^hljs-(?:title|class|function)$/],
  ['tag', /^hljs-(?:tag|name|selector-\w+)$/],
  ['added', /^hljs-addition$/],
  ['removed', /^hljs-deletion$/],
];

function toneOf(classNames: unknown): Tone | undefined {
  const name = Array.isArray(classNames) ? String(classNames[0]) : '';
  return tones.find(([, pattern]) => pattern.test(name))?.[0];
}
