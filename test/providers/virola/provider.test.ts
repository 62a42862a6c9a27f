import { describeProvider } from '../../conformance/provider.js';
import { virolaHarness } from '../../support/virola.js';

await describeProvider('Virola', virolaHarness);
