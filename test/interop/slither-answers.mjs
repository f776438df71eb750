// `node slither-answers.mjs FINDINGS ANSWERS`: holds what slither found against what was answered. An answer is
// `{ check, where?, why }`: the detector, a pattern of the place (Contract.function, or Contract.variable), and why it is
// no fault.
import { readFileSync } from 'node:fs';

const [findingsFile, answersFile] = process.argv.slice(2);
const { results, success, error } = JSON.parse(readFileSync(findingsFile, 'utf8'));
if (!success) {
  process.stdout.write(`slither failed: ${error}\n0 passed, 1 failed\n`);
  process.exit(1);
}
const answers = JSON.parse(readFileSync(answersFile, 'utf8')).map((answer) => ({ ...answer, used: 0 }));

const placeOf = ({ elements }) => {
  const [element] = elements;
  const parent = element?.type_specific_fields?.parent;
  return [
    parent?.type === 'contract' ? parent.name : parent?.type_specific_fields?.parent?.name,
    element?.name,
  ]
    .filter(Boolean)
    .join('.');
};

let passed = 0;
let failed = 0;
for (const finding of results.detectors ?? []) {
  const place = placeOf(finding);
  const answer = answers.find(
    ({ check, where }) => check === finding.check && (!where || new RegExp(`^(?:${where})$`).test(place)),
  );
  if (answer) {
    answer.used++;
    passed++;
  } else {
    failed++;
    process.stdout.write(
      `not answered: ${finding.check} (${finding.impact}) at ${place}\n${finding.description}\n`,
    );
  }
}
for (const { check, where, used } of answers)
  if (used === 0) {
    failed++;
    process.stdout.write(`an answer to nothing: ${check} ${where ?? ''}\n`);
  }
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
