/** By their numbers in Windows, besides 1250 to 1258 and the parts of ISO 8859. */
const encodings: Readonly<Record<number, string>> = {
  ...{ 874: 'windows-874', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 54936: 'gb18030' },
  ...{ 20866: 'koi8-r', 21866: 'koi8-u', 50220: 'iso-2022-jp', 51932: 'euc-jp', 51949: 'euc-kr', 65001: 'utf-8' },
};
const latin1 = 28591;

/** A code page that is not known counts as that of Western Europe. */
export function decodeCodePage(bytes: Uint8Array, codePage: number): string {
  const decoder = new TextDecoder(encodingOf(codePage));
  // Decoding in one go, Node reads Windows-1252 as ISO-8859-1.
  return decoder.decode(bytes, { stream: true }) + decoder.decode();
}

function encodingOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  if (codePage > latin1 && codePage < latin1 + 9) return `iso-8859-${codePage - latin1 + 1}`;
  return encodings[codePage] ?? 'windows-1252';
}
