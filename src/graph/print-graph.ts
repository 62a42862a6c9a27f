import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildGraphSchema } from './schema.js';

/** The schema as schema/attachments.graphql holds it. */
export async function printGraph(): Promise<string> {
  return `${printSchemaWithDirectives(await buildGraphSchema())}\n`;
}
