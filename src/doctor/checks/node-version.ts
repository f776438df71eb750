import { ok, problem, type Run, warning } from '../check.ts';
import { inRange } from '../node-range.ts';
import { INSTALL_AGAIN, manifestOf } from '../toolkit-manifest.ts';

/** The running Node against `engines` of the toolkit's package.json. */
export const run: Run = ({ toolkit }) => {
  const { node } = process.versions;
  const wanted = manifestOf(toolkit)?.engines?.node;
  if (wanted === undefined)
    return problem(`${toolkit} has no package.json that says which Node.js it needs.`, {
      detail: [INSTALL_AGAIN],
    });
  const fits = inRange(node, wanted);
  if (fits === undefined) return warning(`Node.js ${node} runs; "${wanted}" is wanted, which is no range.`);
  if (fits) return ok(`Node.js ${node} is in ${wanted}.`);
  return problem(`This is Node.js ${node}; the toolkit needs ${wanted}.`, {
    detail: ['Get a current Node.js from https://nodejs.org/en/download or with your version manager.'],
  });
};
