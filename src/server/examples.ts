import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An operation to start from. Its variables may hold placeholders ("<attachment id>"), which whoever runs it replaces. */
export interface Example {
  /** The file's name without its ending; the order of names is the order to show them in. */
  readonly name: string;
  /** One GraphQL operation, with comments. */
  readonly query: string;
  /** A JSON object as it is written in the file; empty for an operation without variables. */
  readonly variables: string;
}

/** Reads each <name>.graphql of a folder, with the variables from the <name>.json beside it, if there is one. */
export async function readExamples(directory: string): Promise<readonly Example[]> {
  const files = (await readdir(directory)).sort();
  const names = files.filter((file) => file.endsWith('.graphql')).map((file) => file.slice(0, -'.graphql'.length));
  return Promise.all(
    names.map(async (name) => {
      const variables = files.includes(`${name}.json`) ? await readFile(join(directory, `${name}.json`), 'utf8') : '';
      return { name, query: await readFile(join(directory, `${name}.graphql`), 'utf8'), variables };
    }),
  );
}
