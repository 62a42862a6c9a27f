import type { z } from 'zod';
import type { AdapterOptions } from './adapter.js';
import { createBox } from './box/index.js';
import { boxSettings } from './box/settings.js';
import { createOracleContent } from './oracle-content/index.js';
import { oracleContentSettings } from './oracle-content/settings.js';
import type { Provider } from './provider.js';
import { createVirola } from './virola/index.js';
import { virolaSettings } from './virola/settings.js';
import { createXelion } from './xelion/index.js';
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

/** The adapter of the account's kind. It asks nothing of the system before its first call. */
export function createAdapter({ settings, ...account }: AdapterOptions<AdapterSettings>): Provider {
  switch (settings.kind) {
    case 'box':
      return createBox({ ...account, settings });
    case 'oracle-content':
      return createOracleContent({ ...account, settings });
    case 'xelion':
      return createXelion({ ...account, settings });
    case 'virola':
      return createVirola({ ...account, settings });
  }
}
