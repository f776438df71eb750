// Tests that fail, that are focused, or that are not there: what the runners must report and our reading must see.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readForgeReport, readVitestReport } from '../reports.mjs';
import { runForge, runVitest } from '../runners.mjs';
import { plant } from './copy.mjs';

const test = (body) => `import { expect, it } from 'vitest';\n\n${body}\n`;

export async function plantVitest(copy, expect) {
  const remove = plant(copy, {
    'src/planted/failing.test.ts': test(
      "it('fails', () => expect(1).toBe(2));\nit('passes', () => expect(1).toBe(1));",
    ),
    'src/planted/focused.test.ts': test(
      "it.only('focused', () => {});\nit('left out', () => expect(1).toBe(2));",
    ),
    'src/planted/broken.test.ts': "import './not-there.ts';\n",
    'src/planted/empty.test.ts': 'export {};\n',
    'src/planted/late.test.ts': test(
      "it('passes', () => {\n  setTimeout(() => Promise.reject(new Error('late')), 0);\n  return new Promise((done) => setTimeout(done, 50));\n});",
    ),
  });
  const [all, none] = await Promise.all([
    runVitest(copy, 'unit', { args: ['src/planted/'] }),
    runVitest(copy, 'unit', { args: ['src/planted-nothing/'] }),
  ]);
  remove();
  const reported = (name) => (p) => p.includes(name);
  expect('vitest: a failing test', all.problems, reported('failing.test.ts: fails'));
  expect('vitest: a focused test', all.problems, reported('focused.test.ts'));
  expect('vitest: a file that cannot be loaded', all.problems, reported('broken.test.ts'));
  expect('vitest: a file without tests', all.problems, reported('empty.test.ts'));
  expect(
    'vitest: no test at all',
    [none.failed > 0 && none.passed === 0 ? 'failed' : 'passed'],
    (p) => p === 'failed',
  );
  const report = JSON.stringify({
    testResults: [
      { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a' }] },
    ],
  });
  expect('vitest: an error outside of tests', readVitestReport(report, 1).problems, reported('exited 1'));
  expect('vitest: no report', readVitestReport('', 0).problems, reported('no report'));
}

const SOLIDITY = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

contract PlantedTest {
    function test_violation() external pure {
        require(false, "planted");
    }

    function test_nothing() external pure {}
}
`;

export async function plantForge(copy, expect) {
  const folder = join('devnet', 'planted');
  mkdirSync(join(copy, folder, 'test'), { recursive: true });
  writeFileSync(join(copy, folder, 'test', 'Planted.t.sol'), SOLIDITY);
  writeFileSync(
    join(copy, folder, 'foundry.toml'),
    '[profile.default]\nsrc = "test"\ntest = "test"\nlibs = []\nsolc = "../contracts/solc.mjs"\noffline = true\n',
  );
  const report = await runForge(copy, { folder });
  expect('forge: a failing test', report.problems, (p) => p.includes('test_violation'));
  expect(
    'forge: counts',
    [`${report.passed} passed, ${report.failed} failed`],
    (p) => p === '1 passed, 1 failed',
  );
  expect('forge: no report', readForgeReport('Error: no such file', 1).problems, (p) =>
    p.includes('no report'),
  );
}
