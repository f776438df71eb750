import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { toolkitRoot } from '../devnet/index.ts';

/** The path of a scenario: a file of the user's, or one of the toolkit's by its name. @throws SCENARIO_MISSING */
export function scenarioFile(ref: string): string {
  if (statSync(resolve(ref), { throwIfNoEntry: false })?.isFile()) return resolve(ref);
  const folder = join(toolkitRoot(), 'templates', 'scenarios');
  const names = readdirSync(folder).map((f) => f.replace(/\.yaml$/, ''));
  if (names.includes(ref)) return join(folder, `${ref}.yaml`);
  throw new SaharaError('SCENARIO_MISSING', { path: ref, suggestion: suggest(ref, names), known: names });
}
