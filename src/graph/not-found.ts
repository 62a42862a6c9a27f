import type { ProviderName } from '../attachment.js';
import type { ProviderInfo } from '../catalog/catalog.js';
import { ContentError } from '../errors.js';
import type { GraphContext } from './context.js';
import { shortened } from './global-id.js';

/** The thing, or NOT_FOUND naming it: "There is no attachment "gid://…"". */
export function found<T>(thing: T | null, name: string, id: string): T {
  if (thing !== null) return thing;
  throw new ContentError('NOT_FOUND', `There is no ${name} "${shortened(id)}"`);
}

/** NOT_FOUND naming the providers that there are. */
export function foundProvider(name: ProviderName, { catalog }: GraphContext): ProviderInfo {
  const info = catalog.info(name);
  if (info) return info;
  const names = catalog.providers.map((provider) => provider.name).join(', ');
  throw new ContentError('NOT_FOUND', `There is no provider "${shortened(name)}"; there are: ${names}`);
}
