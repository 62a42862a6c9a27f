import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

export interface Announcement {
  /** What breaks clients or other subgraphs and is not in the changelog: "Attachment.foo: Field 'foo' was removed …". */
  readonly unannounced: readonly string[];
  /** Coordinates that the changelog says are broken, and are not. */
  readonly mistaken: readonly string[];
}

/** Compares what breaks between two schemas with what the changelog names under "Breaking" of "Unreleased". Throws for an entry that names nothing. */
export async function checkAnnouncement(released: string, current: string, changelog: string): Promise<Announcement> {
  const breaking = (await diff(buildSchema(released), buildSchema(current))).filter(isBreaking);
  const announced = announcedIn(changelog);
  const broken = breaking.map(coordinateOf);
  return {
    unannounced: breaking
      .filter((change) => !announced.includes(coordinateOf(change)))
      .map((change) => `${coordinateOf(change)}: ${change.message}`),
    mistaken: announced.filter((coordinate) => !broken.includes(coordinate)),
  };
}

/** A type that is no entity any more breaks the subgraphs that refer to it. */
function isBreaking({ criticality, type, path }: Change): boolean {
  return (
    criticality.level === CriticalityLevel.Breaking ||
    (type === 'DIRECTIVE_USAGE_OBJECT_REMOVED' && path?.endsWith('.@key') === true)
  );
}

/** As the GraphQL specification writes coordinates: `Type.field(argument:)`, `@directive(argument:)`, `Enum.VALUE`, `Type`. */
function coordinateOf({ path = '', type }: Change): string {
  const place = path.replace(/\.@key$/, '');
  return type.startsWith('FIELD_ARGUMENT') || place.startsWith('@')
    ? place.replace(/^(@\w+|\w+\.\w+)\.(\w+)$/, '$1($2:)')
    : place;
}

/** One or more coordinates, and what became of them. */
const entryForm = /^((?:`[^`]+`, )*`[^`]+`): \S/;

function announcedIn(changelog: string): readonly string[] {
  const entries = below('### Breaking', below('## Unreleased', changelog.split('\n'))).filter((line) => line.startsWith('- '));
  return entries.flatMap((entry) => {
    const [, coordinates] = entryForm.exec(entry.slice('- '.length)) ?? [];
    if (coordinates === undefined) throw new Error(`An entry under "Breaking" is "- \`Type.field\`: what to do", not "${entry}"`);
    return coordinates.split(', ').map((quoted) => quoted.slice(1, -1));
  });
}

/** The lines below a heading, up to the next heading of its level or a higher one. */
function below(heading: string, lines: readonly string[]): readonly string[] {
  const start = lines.indexOf(heading) + 1;
  const rest = start === 0 ? [] : lines.slice(start);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= heading.indexOf(' '));
  return end < 0 ? rest : rest.slice(0, end);
}
