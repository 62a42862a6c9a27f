import { type FileHandle, open } from 'node:fs/promises';
import { cutAtCharacter } from '../../lib/cut-at-character.js';
import { encodingOf } from './encoding.js';

const blockBytes = 65_536;

/** The text from the beginning of a file, at most maxChars UTF-16 units. Reads no more of it than that takes, and one block. */
export async function readText(path: string, maxChars: number, signal: AbortSignal): Promise<string> {
  const file = await open(path, 'r');
  try {
    return cutAtCharacter(await decode(file, maxChars, signal), maxChars);
  } finally {
    await file.close();
  }
}

async function decode(file: FileHandle, maxChars: number, signal: AbortSignal): Promise<string> {
  let block = await readBlock(file, 0);
  const decoder = new TextDecoder(encodingOf(block, block.length < blockBytes));
  let text = '';
  for (let position = 0; block.length > 0 && text.length <= maxChars; block = await readBlock(file, position)) {
    signal.throwIfAborted();
    // Decoding in one go, Node reads Windows-1252 as ISO-8859-1.
    text += decoder.decode(block, { stream: true });
    position += block.length;
  }
  return text + decoder.decode();
}

async function readBlock(file: FileHandle, position: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, position);
  return buffer.subarray(0, bytesRead);
}
