/** A video file without pictures, of exactly so many bytes (at least 48): a box that names the format, and an empty one. */
export function blankVideo(sizeBytes: number): Buffer {
  const type = Buffer.from('0000001c6674797069736f6d0000020069736f6d69736f326d703431', 'hex');
  const rest = Buffer.alloc(sizeBytes - type.length);
  rest.writeUInt32BE(rest.length);
  rest.write('free', 4);
  return Buffer.concat([type, rest]);
}

/** A tone of 440 Hz that fades, 8 bit, mono. */
export function tone(seconds: number): Buffer {
  const rate = 8_000;
  const samples = Buffer.from(
    Array.from(
      { length: seconds * rate },
      (_, at) => 128 + Math.round(100 * Math.sin((at * 880 * Math.PI) / rate) * (1 - at / (seconds * rate))),
    ),
  );
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** Silence as MP3: frames of 417 bytes, each 26 ms long. */
export function silence(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9000);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}
