/** A JPEG of one grey, of any size in few bytes. Its three colours come in a scan each, or it has only one. */
export function flatJpeg(width: number, height: number, colours: 1 | 3): Buffer {
  const all = Array.from({ length: colours }, (_, index) => index + 1);
  const frame = [8, ...word(height), ...word(width), colours, ...all.flatMap((colour) => [colour, 0x11, 0])];
  // Six bits of nought: "as the block before" and "no more of this block".
  const scan = Buffer.alloc(Math.ceil((Math.ceil(width / 8) * Math.ceil(height / 8) * 6) / 8));
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    segment(0xc0, frame),
    segment(0xc4, codeTable(0x00, 2)),
    segment(0xc4, codeTable(0x10, 4)),
    ...all.flatMap((colour) => [segment(0xda, [1, colour, 0, 0, 63, 0]), scan]),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** One code of so many bits, for the value 0. */
function codeTable(destination: number, bits: number): readonly number[] {
  return [destination, ...Array.from({ length: 16 }, (_, index) => (index === bits - 1 ? 1 : 0)), 0];
}

function segment(marker: number, bytes: readonly number[]): Buffer {
  return Buffer.from([0xff, marker, ...word(bytes.length + 2), ...bytes]);
}

function word(value: number): readonly [number, number] {
  return [value >> 8, value & 0xff];
}
