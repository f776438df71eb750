import { shellQuote } from '../base/shell-quote.ts';
import { type Catalog, isTopic } from './help/catalog.ts';
import { nearestCommand } from './nearest-command.ts';

/** What a command line wants, as far as it can be said without loading any command. */
export type Line =
  | { is: 'command'; command: string; rest: string[] }
  /** Help of these words; none for everything. `plain` where nothing but the form of the output is asked for. */
  | { is: 'help'; words: string[]; plain: boolean }
  | { is: 'home'; plain: boolean }
  | { is: 'version' }
  /** Names no command; `command` is what is to be called wrong, `topic` the topic it was looked for in. */
  | { is: 'unknown'; command: string; suggestion: string | null; topic: string | null }
  | { is: 'misplaced'; message: string; command: string; instead: string | null };

/** Reads a command line without parsing it: flags are known by their names only, their values are not looked at. */
export function readLine(argv: readonly string[], catalog: Catalog): Line {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const { words, flags } = partsOf(own, catalog);
  const plain = flags.every((f) => FORM.has(nameOf(f)) || HELP.has(f));
  const first = words[0];
  if (flags.some((f) => HELP.has(f)))
    return helpOf(words[0] === 'help' && words.length > 1 ? words.slice(1) : words, catalog, plain);
  if (first === undefined) return withoutCommand(flags, end !== -1, plain, catalog);
  if (first === 'help' && own[0] === first && plain) return helpOf(words.slice(1), catalog, plain);

  const command = commandIn(words, catalog);
  if (command === undefined) {
    const topic = words.join(' ');
    if (!isTopic(catalog, topic)) return unknown(words, catalog);
    const stray = flags.find((f) => !isGlobalFlag(nameOf(f), catalog));
    if (stray === undefined) return { is: 'help', words, plain };
    return {
      is: 'misplaced',
      message: `${topic} is several commands, and ${nameOf(stray)} is a flag of none of them alone; name one.`,
      command: topic,
      instead: null,
    };
  }
  const taken = command.split(' ').length;
  const contiguous = command === own.slice(0, taken).join(' ');
  if (contiguous) return { is: 'command', command, rest: argv.slice(taken) };
  const instead = ['sahara', command, ...moved(argv, command)].map(quoteUnlessCommand(command)).join(' ');
  return { is: 'misplaced', message: `Flags stand after the command: ${instead}`, command, instead };
}

/** Flags that only say in which form the answer is given, or which help and version have no use for. */
const FORM = new Set(['--json', '--output', '-o', '--quiet', '-q']);
const HELP = new Set(['--help', '-h']);
const VERSION = new Set(['--version', '-v']);

function withoutCommand(flags: readonly string[], cut: boolean, plain: boolean, catalog: Catalog): Line {
  const others = flags.filter((f) => !VERSION.has(f));
  if (others.length < flags.length && others.every((f) => FORM.has(nameOf(f)))) return { is: 'version' };
  const stray = others.map(nameOf).find((f) => !isGlobalFlag(f, catalog)) ?? (cut ? '--' : undefined);
  if (stray === undefined && others.length === flags.length) return { is: 'home', plain };
  const message = `${stray ?? flags.join(' ')} is given without a command.`;
  return { is: 'misplaced', message, command: '', instead: null };
}

function helpOf(words: string[], catalog: Catalog, plain: boolean): Line {
  const [first] = words;
  if (first === undefined || first === 'global') return { is: 'help', words: words.slice(0, 1), plain };
  const command = commandIn(words, catalog);
  if (command !== undefined) return { is: 'help', words: command.split(' '), plain };
  if (isTopic(catalog, words.join(' '))) return { is: 'help', words, plain };
  return unknown(words, catalog);
}

function unknown(words: readonly string[], catalog: Catalog): Line {
  const known = [...catalog.commands].filter(([, c]) => !c.hidden).map(([name]) => name);
  const { typed, suggestion } = nearestCommand(words, known);
  const topic = isTopic(catalog, words[0] ?? '') ? (words[0] ?? null) : null;
  return { is: 'unknown', command: typed, suggestion, topic };
}

/** The command that the words begin with: the longest. */
function commandIn(words: readonly string[], catalog: Catalog): string | undefined {
  return [3, 2, 1]
    .map((n) => words.slice(0, n).join(' '))
    .find(
      (name) =>
        catalog.commands.has(name) && !(words.length > 1 && name === words[0] && isTopic(catalog, name)),
    );
}

/** Words and flags of a line. The value of a flag is neither, so it does not pass for a command. */
function partsOf(argv: readonly string[], catalog: Catalog): { words: string[]; flags: string[] } {
  const takesValue = valueFlags(catalog);
  const words: string[] = [];
  const flags: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') words.push(arg);
    else {
      flags.push(arg);
      if (takesValue.has(arg)) i++;
    }
  }
  return { words, flags };
}

function valueFlags(catalog: Catalog): Set<string> {
  const options = [...catalog.commands.values()].flatMap((c) =>
    Object.values(c.flags).filter((f) => f.type === 'option'),
  );
  return new Set(options.flatMap((f) => [`--${f.name}`, ...(f.char ? [`-${f.char}`] : [])]));
}

function isGlobalFlag(typed: string, catalog: Catalog): boolean {
  return [...catalog.commands.values()].some((c) =>
    Object.values(c.flags).some(
      (f) => f.helpGroup === 'GLOBAL' && (typed === `--${f.name}` || typed === `-${f.char}`),
    ),
  );
}

/** "--output" of "--output=json", "-o" of "-ojson". */
const nameOf = (flag: string): string =>
  flag.startsWith('--') ? flag.replace(/=.*/s, '') : flag.slice(0, 2);

/** The line without the words of its command. */
function moved(argv: readonly string[], command: string): string[] {
  const words = command.split(' ');
  return argv.filter((arg) => {
    if (arg !== words[0]) return true;
    words.shift();
    return false;
  });
}

const quoteUnlessCommand = (command: string) => (part: string) =>
  part === command ? part : shellQuote(part);
