import { suggest } from '../../base/suggest.ts';
import { ok, type Run, warning } from '../check.ts';
import { commandsOf } from '../toolkit-manifest.ts';
import { knownVariables } from '../variables.ts';

/** A variable that is misspelt sets nothing, in silence. */
export const run: Run = ({ toolkit, env }) => {
  const flags = Object.values(commandsOf(toolkit)?.commands ?? {}).flatMap((c) => Object.values(c.flags));
  const known = knownVariables(flags);
  const set = Object.keys(env).filter((name) => name.startsWith('SAHARA_') && env[name] !== '');
  const unknown = set.filter((name) => !known.has(name));
  if (unknown.length === 0) return ok(`${set.length} variables of ours are set, all of them known.`);
  return warning(
    `${unknown.join(', ')} ${unknown.length === 1 ? 'is set and means' : 'are set and mean'} nothing.`,
    {
      detail: unknown.flatMap((name) => {
        const meant = suggest(name, known);
        return meant ? [`Did you mean ${meant} for ${name}?`] : [];
      }),
      remedy: [
        { command: `unset ${unknown.join(' ')}`, when: 'to be rid of it' },
        { command: 'sahara config show', when: 'to see the variables that there are' },
      ],
    },
  );
};
