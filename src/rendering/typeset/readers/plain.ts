import type { Block } from '../paper.js';

export function plainBlocks(text: string): readonly Block[] {
  const lines = text.replace(/\s+$/, '').split(/\r\n?|\n|\f/);
  return [{ kind: 'lines', look: 'text', lines: lines.map((line) => [{ text: line }]) }];
}
