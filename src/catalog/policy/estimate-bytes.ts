const perObject = 32;
const perField = 16;

/** About how much memory plain data takes: strings at two bytes a character, whatever shares them. */
export function estimateBytes(value: unknown): number {
  if (typeof value === 'string') return perField + 2 * value.length;
  if (typeof value !== 'object' || value === null) return perField;
  let bytes = perObject;
  // Their values in an array would be as much again, of every answer that is kept.
  for (const field in value) bytes += perField + estimateBytes((value as Readonly<Record<string, unknown>>)[field]);
  return bytes;
}
