import { describeProvider } from '../../conformance/provider.js';
import { boxHarness } from '../../support/box.js';

await describeProvider('Box', boxHarness);
