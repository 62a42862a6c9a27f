import type { Product, SimulatedSystem } from './simulator.js';

/** The systems that can be simulated. */
export const products = ['box', 'oracle-content', 'xelion', 'virola'] as const satisfies readonly Product[];

/** A system with its sample files, loaded when it is asked for. */
export async function simulate(product: Product): Promise<SimulatedSystem> {
  switch (product) {
    case 'box':
      return (await import('./box/index.js')).simulateBox();
    case 'oracle-content':
      return (await import('./oracle-content/index.js')).simulateOracleContent();
    case 'xelion':
      return (await import('./xelion/index.js')).simulateXelion();
    case 'virola':
      return (await import('./virola/index.js')).simulateVirola();
  }
}
