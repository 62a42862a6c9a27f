import { loadConfig } from '../config.js';
import { printGraph } from '../graph/print-graph.js';

/** Prints the schema that the configuration serves; where nothing is configured, as schema/attachments.graphql holds it. */
export async function printSchema(): Promise<void> {
  const { graph } = await loadConfig(process.env);
  process.stdout.write(await printGraph(graph));
}
