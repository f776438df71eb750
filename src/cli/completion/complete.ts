import { DEVNET_NAME } from '../../config/devnet-name.ts';
import { type Candidate, KEEP_ORDER, NO_FILES, NOTHING, type Reply } from './candidate.ts';
import { type FlagSpec, type Grammar, optionsOf, readGrammar, wordsAfter } from './grammar.ts';
import { flagOf, locate, type Position, type ValuePosition } from './locate.ts';
import { meaningOf } from './meanings.ts';
import { type Ask, described, PROVIDERS } from './providers.ts';

/**
 * What can stand at the cursor.
 *
 * @param words all words after `sahara`, the last one being the one that is typed ("" after a blank)
 * @param root folder of the toolkit
 */
export async function complete(words: readonly string[], root: string, signal: AbortSignal): Promise<Reply> {
  const grammar = readGrammar(root);
  const replies = await Promise.all(
    locate(grammar, words).map((position) => offered(position, grammar, root, signal)),
  );
  const [only] = replies;
  if (!only) return NOTHING;
  if (replies.length === 1) return only;
  return {
    candidates: replies.flatMap((r) => r.candidates),
    directive: replies.reduce((all, r) => all & r.directive, -1),
  };
}

async function offered(
  position: Position,
  grammar: Grammar,
  root: string,
  signal: AbortSignal,
): Promise<Reply> {
  const reply = (candidates: Candidate[]): Reply => ({ candidates, directive: NO_FILES | KEEP_ORDER });
  if (position.at === 'name')
    return reply(startingWith(described(wordsAfter(grammar, position.path)), position.typed));
  if (position.at === 'help')
    return reply(startingWith(position.path.length === 0 ? [HELP, VERSION] : [HELP], position.typed));
  if (position.at === 'flag') return reply(startingWith(flags(position), position.typed));

  const options = optionsOf(position.spec);
  const answer = options
    ? options.map((value) => ({ value }))
    : await PROVIDERS[meaningOf(position.command.id, position.key) ?? 'free'](
        asking(position, grammar, root, signal),
      );
  const { candidates = [], directive = NO_FILES | KEEP_ORDER } = Array.isArray(answer)
    ? { candidates: answer }
    : answer;
  return {
    candidates: startingWith(candidates, position.typed).map((c) => ({
      ...c,
      value: `${position.lead}${c.value}`,
    })),
    directive,
  };
}

function startingWith(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(typed));
}

function asking(position: ValuePosition, grammar: Grammar, root: string, signal: AbortSignal): Ask {
  const { typed, before, given, command } = position;
  const stateDir = async () => {
    const { findProject } = await import('../../config/project.ts');
    return findProject(
      process.cwd(),
      given.get('project') ?? (process.env['SAHARA_PROJECT'] || undefined),
      process.env,
    ).stateDir;
  };
  return {
    typed,
    before,
    grammar,
    root,
    signal,
    stateDir,
    async devnet() {
      const named = meaningOf(command.id, '--name') === 'devnet' ? given.get('name') : undefined;
      if (named !== undefined && DEVNET_NAME.test(named)) return named;
      const { selectedDevnet } = await import('./selected-devnet.ts');
      return selectedDevnet(await stateDir());
    },
  };
}

const HELP = { value: '--help', about: 'Show what it does, its flags and examples.' };
const VERSION = { value: '--version', about: 'Print the version.' };

/** The flags that can still be given, those of the command first and those of all commands after them. */
function flags({ command, typed, given }: Extract<Position, { at: 'flag' }>): Candidate[] {
  const specs = Object.values(command.flags);
  const excluded = new Set(specs.filter((f) => given.has(f.name)).flatMap((f) => f.exclusive ?? []));
  const open = specs
    .filter((f) => !f.hidden && (!given.has(f.name) || f.multiple) && !excluded.has(f.name))
    .filter((f) => !f.exclusive?.some((other) => given.has(other)))
    .sort((a, b) => Number(isGlobal(a)) - Number(isGlobal(b)) || (a.name < b.name ? -1 : 1));
  const letter = typed.length === 2 && typed !== '--' ? flagOf(command, typed) : undefined;
  if (letter && open.includes(letter)) return [{ value: typed, about: aboutOf(letter) }];
  return [
    ...open.flatMap((f) => [
      { value: `--${f.name}`, about: aboutOf(f) },
      ...(f.allowNo ? [{ value: `--no-${f.name}`, about: `Not: ${aboutOf(f)}` }] : []),
    ]),
    ...(command.flags['help'] ? [] : [HELP]),
  ];
}

const isGlobal = (flag: FlagSpec): boolean => flag.helpGroup === 'GLOBAL';
const aboutOf = (flag: FlagSpec): string => flag.summary ?? flag.description ?? '';
