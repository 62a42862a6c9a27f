/** All paths of the map field of a GraphQL multipart request, whatever files they are for. */
export function toPaths(map: unknown): readonly string[] {
  const entries = typeof map === 'object' && map !== null ? Object.values(map) : [];
  return entries.flat().filter((path) => typeof path === 'string');
}

/** What is wrong with the paths of a map, for "The map field names …"; null where nothing is. */
export function problemOf(paths: readonly string[], operations: unknown): string | null {
  const strange = paths.find((path) => !isOwnPath(operations, path.split('.')));
  if (strange !== undefined) return `"${strange}", which is not in the operations`;
  const taken = takenPlace(paths);
  return taken === undefined ? null : `"${taken}" more than once`;
}

/** Only an operation's own properties may be named: variables.toString.call would change what all objects inherit. */
function isOwnPath(operations: unknown, steps: readonly string[]): boolean {
  let value = operations;
  for (const [index, step] of steps.entries()) {
    if (typeof value !== 'object' || value === null) return false;
    const isOwn = Object.hasOwn(value, step) && !(Array.isArray(value) && step === 'length');
    // A variable that holds a file may be left out instead of being null.
    if (index === steps.length - 1) return isOwn || !(Array.isArray(value) || step in value);
    if (!isOwn) return false;
    value = Reflect.get(value, step);
  }
  return false;
}

/** Steps that lead on from here; none where a file goes. */
interface Place extends Map<string, Place> {}

/** A path to where, or through where, an earlier one leads: of two files in one place the first would be lost without a word. */
function takenPlace(paths: readonly string[]): string | undefined {
  const root: Place = new Map();
  for (const path of paths) {
    let place = root;
    let isNew = false;
    for (const step of path.split('.')) {
      const known = place.get(step);
      if (known?.size === 0) return path;
      isNew = known === undefined;
      const next: Place = known ?? new Map();
      place.set(step, next);
      place = next;
    }
    if (!isNew) return path;
  }
  return undefined;
}
