import { subgraphSdl } from './federation/subgraph-sdl.js';
import { buildGraphSchema } from './schema.js';
import { type GraphSettings, graphSettings } from './settings.js';

/** The schema as gateways compose it; as schema/attachments.graphql holds it where nothing is configured. */
export async function printGraph(settings: Pick<GraphSettings, 'nodeQuery'> = graphSettings.parse({})): Promise<string> {
  return subgraphSdl(await buildGraphSchema(settings));
}
