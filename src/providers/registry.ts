import type { z } from 'zod';
import type { AdapterOptions } from './adapter.js';
import { boxSettings } from './box/settings.js';
import { oracleContentSettings } from './oracle-content/settings.js';
import type { Provider } from './provider.js';
import { virolaSettings } from './virola/settings.js';
import { xelionSettings } from './xelion/settings.js';

/** The settings of an account of each kind, by the name that the configuration gives the kind. */
export const adapterSettings = {
  box: boxSettings,
  'oracle-content': oracleContentSettings,
  xelion: xelionSettings,
  virola: virolaSettings,
};

type Kind = keyof typeof adapterSettings;
export type AdapterSettings = { [K in Kind]: { readonly kind: K } & z.output<(typeof adapterSettings)[K]> }[Kind];

/** The adapter of the account's kind, loaded when it is asked for. It asks nothing of the system before its first call. */
export async function createAdapter({ settings, ...account }: AdapterOptions<AdapterSettings>): Promise<Provider> {
  switch (settings.kind) {
    case 'box':
      return (await import('./box/index.js')).createBox({ ...account, settings });
    case 'oracle-content':
      return (await import('./oracle-content/index.js')).createOracleContent({ ...account, settings });
    case 'xelion':
      return (await import('./xelion/index.js')).createXelion({ ...account, settings });
    case 'virola':
      return (await import('./virola/index.js')).createVirola({ ...account, settings });
  }
}
