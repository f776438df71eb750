import { type ArgSpec, type CommandSpec, type FlagSpec, type Grammar, wordsAfter } from './grammar.ts';

/** What stands at the cursor. */
export type Position =
  /** The next word of a command's name. */
  | { at: 'name'; path: string[]; typed: string }
  /** The name of a flag. */
  | { at: 'flag'; command: CommandSpec; typed: string; given: ReadonlyMap<string, string> }
  /** The name of a flag where there is no command yet, after these words. */
  | { at: 'help'; path: string[]; typed: string }
  /** The value of a flag (key "--account") or an argument (key "asset"). */
  | ValuePosition;

export type ValuePosition = {
  at: 'value';
  command: CommandSpec;
  key: string;
  spec: FlagSpec | ArgSpec;
  /** What of the typed word comes before the value: "--account=", or nothing. */
  lead: string;
  typed: string;
  /** Flags given before, by name; the value of a switch is "". */
  given: ReadonlyMap<string, string>;
  /** Arguments given before that belong to the same declared argument. */
  before: string[];
};

/**
 * Says what can stand at the cursor; more than one thing where a word is a command and a topic too.
 *
 * @param words all words after `sahara`, the last one being the one that is typed
 */
export function locate(grammar: Grammar, words: readonly string[]): Position[] {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { command, path, rest } = commandOf(grammar, before);
  const positions: Position[] = [];
  if (path.length === before.length && !typed.startsWith('-') && wordsAfter(grammar, path).size > 0)
    positions.push({ at: 'name', path, typed });
  if (command) positions.push(...inCommand(command, rest, typed));
  else if (path.length === before.length && typed.startsWith('-'))
    positions.push({ at: 'help', path, typed });
  return positions;
}

/** The command that the words begin with, the words of its name, and what comes after. */
function commandOf(grammar: Grammar, words: readonly string[]) {
  const ids = Object.keys(grammar.commands);
  const path: string[] = [];
  let command: CommandSpec | undefined;
  let length = 0;
  for (const word of words) {
    const id = [...path, word].join(':');
    const exact = Object.hasOwn(grammar.commands, id) ? grammar.commands[id] : undefined;
    if (!exact && !ids.some((known) => known.startsWith(`${id}:`))) break;
    path.push(word);
    if (!exact) continue;
    command = exact;
    length = path.length;
  }
  return { command, path, rest: words.slice(length) };
}

function inCommand(command: CommandSpec, rest: readonly string[], typed: string): Position[] {
  const given = new Map<string, string>();
  const positionals: string[] = [];
  let awaiting: FlagSpec | undefined;
  let ended = false;
  for (const word of rest) {
    if (awaiting) {
      given.set(awaiting.name, word);
      awaiting = undefined;
    } else if (ended || !word.startsWith('-') || word === '-') positionals.push(word);
    else if (word === '--') ended = true;
    else awaiting = takeFlag(command, word, given);
  }
  const value = (key: string, spec: FlagSpec | ArgSpec, more: Partial<ValuePosition> = {}): Position[] => [
    { at: 'value', command, key, spec, lead: '', typed, given, before: [], ...more },
  ];
  if (awaiting) return value(`--${awaiting.name}`, awaiting);
  if (!ended && typed.startsWith('-')) {
    const [name = '', ...parts] = typed.split('=');
    if (parts.length === 0) return [{ at: 'flag', command, typed, given }];
    const flag = flagOf(command, name);
    return flag?.type === 'option'
      ? value(`--${flag.name}`, flag, { lead: `${name}=`, typed: parts.join('=') })
      : [];
  }
  const args = Object.values(command.args);
  const last = args.at(-1);
  const endless = last !== undefined && (last.multiple === true || command.strict === false);
  const spec = args[positionals.length] ?? (endless ? last : undefined);
  if (spec) return value(spec.name, spec, { before: positionals.slice(args.indexOf(spec)) });
  // Nothing but flags can follow: they are shown without being asked for.
  return typed === '' && !ended ? [{ at: 'flag', command, typed, given }] : [];
}

/** Notes a flag that was given; returns it when its value is the next word. */
function takeFlag(command: CommandSpec, word: string, given: Map<string, string>): FlagSpec | undefined {
  const [name = '', ...parts] = word.split('=');
  const flag = flagOf(command, name);
  if (!flag) return undefined;
  given.set(flag.name, parts.join('='));
  if (flag.type === 'boolean' || parts.length > 0) return undefined;
  // "-acurator": the value is stuck to the letter.
  if (!name.startsWith('--') && name.length > 2) {
    given.set(flag.name, name.slice(2));
    return undefined;
  }
  return flag;
}

/** A flag by the way it is typed: "--account", "-a", "-acurator", "--no-attribution". */
export function flagOf(command: CommandSpec, name: string): FlagSpec | undefined {
  const flags = Object.values(command.flags);
  if (!name.startsWith('--')) return flags.find((f) => f.char !== undefined && f.char === name[1]);
  return (
    flags.find((f) => `--${f.name}` === name) ?? flags.find((f) => f.allowNo && `--no-${f.name}` === name)
  );
}
