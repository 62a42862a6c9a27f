import { printGraph } from '../graph/print-graph.js';

/** Prints the schema as schema/attachments.graphql holds it. */
export async function printSchema(): Promise<void> {
  process.stdout.write(await printGraph());
}
