import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';

/** Kinds of entries of a compound file. */
const [folder, stream, root] = [1, 2, 5];

export interface OutlookParts {
  readonly subject: string;
  readonly body: string;
  readonly sender: readonly [name: string, address: string];
  readonly to: readonly (readonly [name: string, address: string])[];
  readonly attached: readonly string[];
  /** Packed, as Outlook keeps it. */
  readonly richText?: Buffer;
  readonly html?: { readonly bytes: Buffer; readonly codePage: number };
}

/** A mail as Outlook saves it: a compound file with a stream for each property, named by its tag. */
export function outlookFile({ subject, body, sender, to, attached, richText, html }: OutlookParts): Buffer {
  const entries: Entry[] = [];
  const add = (entry: Entry): number => entries.push(entry) - 1;
  const property = (tag: string, value: Buffer): number =>
    add({ name: `__substg1.0_${tag}`, type: stream, length: value.length, binaryProvider: () => new Uint8Array(value) });
  const text = (tag: string, value: string): number => property(`${tag}001F`, Buffer.from(value, 'utf16le'));
  const numbered = (name: string, index: number, properties: () => number[]): number => {
    const at = add({ name: `${name}_version1.0_#${index.toString(16).padStart(8, '0')}`, type: folder, length: 0 });
    Object.assign(entries[at] as Entry, { children: properties() });
    return at;
  };
  const top = add({ name: 'Root Entry', type: root, length: 0 });
  const children = [
    text('0037', subject),
    text('1000', body),
    ...(richText ? [property('10090102', richText)] : []),
    ...(html ? [property('10130102', html.bytes), add(numbers({ '3FDE0003': html.codePage }))] : []),
    text('0C1A', sender[0]),
    text('0C1F', sender[1]),
    ...to.map(([name, address], index) => numbered('__recip', index, () => [text('3001', name), text('3003', address)])),
    ...attached.map((name, index) => numbered('__attach', index, () => [text('3707', name)])),
  ];
  Object.assign(entries[top] as Entry, { children });
  return Buffer.from(burn(entries));
}

/** The properties that are numbers, in one stream: a header of 32 bytes, then 16 for each, tag and flags before the number. */
function numbers(properties: Readonly<Record<string, number>>): Entry {
  const value = Buffer.concat([
    Buffer.alloc(32),
    ...Object.entries(properties).map(([tag, number]) =>
      Buffer.from(new Uint32Array([Number.parseInt(tag, 16), 6, number, 0]).buffer),
    ),
  ]);
  return { name: '__properties_version1.0', type: stream, length: value.length, binaryProvider: () => new Uint8Array(value) };
}
