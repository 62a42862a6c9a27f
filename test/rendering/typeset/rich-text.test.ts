import { describe, expect, it } from '@jest/globals';
import { readRichText } from '../../../src/rendering/typeset/readers/rich-text.js';

const fonts =
  '{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fcharset204{\\*\\panose 02}Arial Cyr;}{\\f2\\fcharset128 MS Gothic;}}';
const head = `{\\rtf1\\ansi\\ansicpg1252\\deff0${fonts}{\\colortbl;\\red0\\green0\\blue0;}`;

describe('RTF', () => {
  it.each([
    ['letters with their looks', '\\pard\\f0\\fs20 A {\\b bold\\b0} word', 'A bold word'],
    ['paragraphs, lines and tabs', 'one\\par\r\ntwo\\line three\\\nfour\\tab five', 'one\ntwo\nthree\nfour\tfive'],
    ['rows of a table', 'a\\cell b\\cell\\row c', 'a\tb\t\nc'],
    ['braces and backslashes', '\\{ \\\\ \\}', '{ \\ }'],
    ['typographic marks', '\\ldblquote a\\rdblquote\\~\\endash\\emdash\\bullet', '“a”\u00a0–—•'],
    ['letters of its code page', "caf\\'e9 \\'80\\'93", 'café €“'],
    ['letters of the code page of a font', "{\\f1 \\'cf\\'f0\\'e8} \\f1\\'e2\\plain\\'e2", 'При вâ'],
    ['letters of two bytes, the second of which may be a letter', "\\f2\\'93\\'fa\\'83A", '日ア'],
    ['letters of Unicode, and none of those that stand in for them', "\\u8364?\\u-10179 ?\\u-8704\\'3f!", '€😀!'],
    ['as many that stand in as it says', "\\uc2\\u8364 EU{\\uc0\\u233}\\u233\\'65'!", '€éé!'],
  ])('gives %s', (_, rtf, text) => {
    expect(readRichText(`${head}${rtf}}`)).toEqual({ text, isHtml: false });
  });

  it.each([
    ['what only a program reads', '{\\stylesheet{\\s0 Normal;}}{\\info{\\title Offer}}'],
    ['what a program may leave out if it does not know it', '{\\*\\generator Riched20 10.0;}{\\*\\unknown{\\b words}}'],
    ['words of no meaning', '\\constructor \\widowctrl1 \\-'],
    ['pictures', '{\\pict\\wmetafile8 0100090000}{\\pict\\bin4 }}}}}'],
    ['addresses of links', '{\\field{\\*\\fldinst HYPERLINK "http://a.example"}{\\fldrslt }}'],
    ['heads and feet of pages', '{\\header secret}{\\footerr page 1}'],
  ])('does not give %s', (_, rtf) => {
    expect(readRichText(`${head}before ${rtf}after}`).text).toBe('before after');
  });

  it('gives HTML that is wrapped in it, and not what stands in for it', () => {
    const wrapped =
      '\\fromhtml1 {\\*\\htmltag64 <p title="caf\\\'e9">}\\htmlrtf {\\b\\htmlrtf0 one\\htmlrtf }\\htmlrtf0 {\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0 ' +
      '< two{\\*\\mhtmltag <i>}{\\*\\htmltag72 </p>}}';
    expect(readRichText(head + wrapped)).toEqual({ text: '<p title="café">one&amp;&lt; two</p>', isHtml: true });
  });

  it.each([
    ['without an end', '{\\b text', 'text'],
    ['with an end too many', 'text}} more', 'text more'],
    ['with half a byte', "text\\'e", 'texte'],
    ['with a word too long to be one', `text\\${'a'.repeat(100_000)} `, 'text'],
    ['with bytes beyond its end', 'text\\bin2000000000 more', 'text'],
    ['with more groups in groups than anyone writes', `text${'{'.repeat(100_000)}more`, 'text'],
  ])('that is damaged is read as far as it goes: %s', (_, rtf, text) => {
    expect(readRichText(head + rtf).text).toBe(text);
  });
});
