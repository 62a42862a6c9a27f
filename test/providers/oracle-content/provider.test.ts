import { describeProvider } from '../../conformance/provider.js';
import { oracleContentHarness } from '../../support/oracle-content.js';

await describeProvider('Oracle Content', oracleContentHarness);
