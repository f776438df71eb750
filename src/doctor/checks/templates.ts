import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, type Run } from '../check.ts';
import { INSTALL_AGAIN } from '../toolkit-manifest.ts';

const NEEDED = [
  'dataset/sahara.yaml',
  'dataset/content',
  'model/sahara.yaml',
  'model/train.ts',
  'agent/sahara.yaml',
  'agent/content',
  'scenarios/penguins.yaml',
  'testing/economy.test.mjs',
];

/** What `sahara new` and `sahara simulate` start from. */
export const run: Run = ({ toolkit }) => {
  const missing = NEEDED.filter((f) => !existsSync(join(toolkit, 'templates', f)));
  if (missing.length === 0) return ok('The templates are there.');
  return problem(`Templates are incomplete: ${missing.map((m) => `templates/${m}`).join(', ')}.`, {
    detail: [INSTALL_AGAIN],
  });
};
