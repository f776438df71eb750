// What the test runners say in JSON, as counts. Anything unexpected counts as a failure, never as zero tests.

const nothing = (problem) => ({ ran: 0, passed: 0, failed: 1, skipped: 0, problems: [problem] });

/** vitest's JSON reporter. A file that could not even be loaded has no tests, and counts as one failure. */
export function readVitestReport(text, exitCode) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return nothing(`vitest wrote no report (exit code ${exitCode})`);
  }
  const problems = [];
  let [passed, failed, skipped] = [0, 0, 0];
  for (const suite of report.testResults ?? []) {
    const tests = suite.assertionResults ?? [];
    for (const test of tests) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        problems.push(`${suite.name}: ${test.fullName}`);
      } else skipped += 1;
    }
    if (suite.status === 'failed' && !tests.some((t) => t.status === 'failed')) {
      failed += 1;
      problems.push(`${suite.name}: ${suite.message || 'could not be run'}`);
    }
  }
  if (failed === 0 && exitCode !== 0) {
    failed = 1;
    problems.push(`vitest exited ${exitCode} without a failed test (an error outside of tests?)`);
  }
  return { ran: passed + failed, passed, failed, skipped, problems };
}

/** `forge test --json`: contract -> { test_results: { name -> { status, reason } } }, after what the compiler prints. */
export function readForgeReport(text, exitCode) {
  const line = text.split('\n').findLast((l) => l.startsWith('{'));
  let report;
  try {
    report = JSON.parse(line);
  } catch {
    return nothing(`forge printed no report (exit code ${exitCode}):\n${text.trim().slice(-4000)}`);
  }
  const problems = [];
  let [passed, failed, skipped] = [0, 0, 0];
  for (const [contract, { test_results: tests = {} }] of Object.entries(report)) {
    for (const [name, { status, reason }] of Object.entries(tests)) {
      if (status === 'Success') passed += 1;
      else if (status === 'Skipped') skipped += 1;
      else {
        failed += 1;
        problems.push(`${contract} ${name}: ${reason ?? status}`);
      }
    }
  }
  if (failed === 0 && exitCode !== 0) {
    failed = 1;
    problems.push(`forge exited ${exitCode} without a failed test`);
  }
  return { ran: passed + failed, passed, failed, skipped, problems };
}
