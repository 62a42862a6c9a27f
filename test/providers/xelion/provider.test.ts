import { describeProvider } from '../../conformance/provider.js';
import { xelionHarness } from '../../support/xelion.js';

await describeProvider('Xelion', xelionHarness);
