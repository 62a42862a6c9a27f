import type { Config } from '../../config.js';
import { documentRules } from '../../graph/graph.js';
import { openPersistedDocuments } from '../../graph/persisted/persisted-documents.js';
import type { Check, Finding } from './check.js';

/** What the graph reads at its start. */
export function graphChecks({ graph }: Config): readonly Check[] {
  if (graph.persisted.manifests.length === 0) return [];
  return [{ name: 'persisted documents', run: () => checkManifests(graph) }];
}

/** ManifestError tells every problem. */
async function checkManifests(settings: Config['graph']): Promise<Finding> {
  const { listed } = (await openPersistedDocuments(settings.persisted, await documentRules(settings))).stats();
  return `${listed} documents, each as its hash says and fit for the schema${settings.persisted.only ? '; no others are executed' : ''}`;
}
