import type { Random } from './random.js';

/** Bytes that came out of others, under the name that they are uploaded with. */
export interface Mutant {
  readonly filename: string;
  readonly bytes: Buffer;
  /** What was done, for whoever reads of a failure. */
  readonly made: string;
}

export interface Seed {
  readonly filename: string;
  readonly bytes: Buffer;
}

/** One way to harm a file; what it did. `bytes` may be written to. */
type Mutation = (bytes: Buffer, random: Random, other: Seed) => { readonly bytes: Buffer; readonly did: string };

/** What lengths, counts and offsets overflow at. */
const telling = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff] as const;
/** Most formats tell here what the rest is. */
const headBytes = 512;
const maxGrowthBytes = 256 * 1024;

const mutations: readonly [Mutation, ...Mutation[]] = [
  function truncate(bytes, random) {
    const end = random.below(bytes.length);
    return { bytes: bytes.subarray(0, end), did: `cut at ${end}` };
  },

  function flipBits(bytes, random) {
    const count = 1 + random.below(64);
    for (let index = 0; index < count; index += 1) flip(bytes, random.below(bytes.length), random);
    return { bytes, did: `${count} bits flipped` };
  },

  function flipBitsOfTheHead(bytes, random) {
    const count = 1 + random.below(8);
    for (let index = 0; index < count; index += 1) flip(bytes, random.below(Math.min(headBytes, bytes.length)), random);
    return { bytes, did: `${count} bits of the head flipped` };
  },

  function overwriteNumber(bytes, random) {
    const at = random.below(bytes.length);
    const value = random.pick(telling);
    const width = Math.min(random.pick([1, 2, 4]), bytes.length - at);
    const masked = width === 4 ? value : value % 2 ** (8 * width);
    if (random.below(2) === 0) bytes.writeUIntBE(masked, at, width);
    else bytes.writeUIntLE(masked, at, width);
    return { bytes, did: `${masked} in ${width} bytes at ${at}` };
  },

  function overwriteDigits(bytes, random) {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    const number = numbers[random.below(numbers.length)];
    if (!number) return { bytes, did: 'nothing' };
    const value = random.pick(['0', '-1', '99999999999', '1e999', '']);
    const changed = text.slice(0, number.index) + value + text.slice(number.index + number[0].length);
    return { bytes: Buffer.from(changed, 'latin1'), did: `"${value}" for "${number[0].slice(0, 20)}" at ${number.index}` };
  },

  function remove(bytes, random) {
    const [start, end] = span(bytes, random);
    return { bytes: Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]), did: `${start} to ${end} removed` };
  },

  function repeat(bytes, random) {
    const [start, end] = span(bytes, random);
    const part = bytes.subarray(start, Math.min(end, start + maxGrowthBytes / 8));
    const times = 1 + random.below(8);
    const repeated = Array.from({ length: times }, () => part);
    const made = Buffer.concat([bytes.subarray(0, start), ...repeated, bytes.subarray(start)]);
    return { bytes: made, did: `${part.length} bytes at ${start} repeated ${times} times` };
  },

  function zero(bytes, random) {
    const [start, end] = span(bytes, random);
    return { bytes: bytes.fill(0, start, end), did: `zeros from ${start} to ${end}` };
  },

  function shuffle(bytes, random) {
    const [start, end] = span(bytes, random);
    const middle = start + random.below(end - start);
    const parts = [
      [0, start],
      [middle, end],
      [start, middle],
      [end, bytes.length],
    ].map(([from, to]) => bytes.subarray(from, to));
    return { bytes: Buffer.concat(parts), did: `${start} to ${middle} and ${middle} to ${end} exchanged` };
  },

  function splice(bytes, random, other) {
    const start = random.below(bytes.length);
    const from = random.below(other.bytes.length);
    const part = other.bytes.subarray(from, from + maxGrowthBytes);
    return {
      bytes: Buffer.concat([bytes.subarray(0, start), part]),
      did: `from ${start} on "${other.filename}" from ${from} on`,
    };
  },

  function wrap(bytes, random, other) {
    const head = other.bytes.subarray(0, 16 + random.below(headBytes));
    return { bytes: Buffer.concat([head, bytes]), did: `behind the first ${head.length} bytes of "${other.filename}"` };
  },
];

/** The file harmed in one to three ways, or under the name of another. Always the same for the same random numbers. */
export function mutate(seed: Seed, other: Seed, random: Random): Mutant {
  let bytes: Buffer = Buffer.from(seed.bytes);
  const did: string[] = [];
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left -= 1) {
    const mutation = random.pick(mutations)(bytes, random, other);
    bytes = mutation.bytes;
    did.push(mutation.did);
  }
  const filename = random.below(8) === 0 ? other.filename : seed.filename;
  return { filename, bytes, made: `"${seed.filename}": ${did.join(', ')}` };
}

function flip(bytes: Buffer, at: number, random: Random): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
}

/** At least one byte. */
function span(bytes: Buffer, random: Random): readonly [start: number, end: number] {
  const start = random.below(bytes.length);
  const longest = Math.min(bytes.length - start, random.pick([16, 1024, bytes.length]));
  return [start, start + 1 + random.below(longest)];
}
