/** Ends the output with what was skipped and why, and one line that counts the tests; a file that could not be run counts as failed. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const count = `Tests: ${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests} skipped`;
    const lines = [...skipped(results).map((name) => `SKIPPED ${name}`), count];
    process.once('exit', () => console.log(`\n${lines.join('\n')}`));
  }
}

/** What is skipped says why in its title, or in that of the suite around it, which is then named once. */
function skipped({ testResults }) {
  const pending = testResults.flatMap((file) => file.testResults).filter(({ status }) => status === 'pending');
  return [...new Set(pending.map(({ ancestorTitles, fullName }) => ancestorTitles.find(saysWhy) ?? fullName))];
}

function saysWhy(title) {
  return /\((?:skipped|needs)\b/.test(title);
}
