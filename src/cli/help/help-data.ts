import { EXIT_CODES, EXIT_SIGINT, EXIT_SIGTERM } from '../exit-codes.ts';
import { type Catalog, type CatalogArg, type CatalogFlag, isTopic, visibleCommands } from './catalog.ts';
import { GROUPS, RELATED } from './groups.ts';

/** What `sahara help` gives: of everything, of a topic, of a command, or of what all commands share. */
export type Help = RootHelp | TopicHelp | CommandHelp | GlobalHelp;

export type Listed = { command: string; summary: string };

export type RootHelp = {
  kind: 'root';
  summary: string;
  version: string;
  examples: Listed[];
  /** A topic stands for its commands, which are named in its summary. */
  groups: { title: string; commands: Listed[] }[];
};

export type TopicHelp = {
  kind: 'topic';
  topic: string;
  summary: string;
  /** The first example of each command. */
  examples: string[];
  commands: Listed[];
};

export type CommandHelp = {
  kind: 'command';
  /** As typed: "asset show". */
  command: string;
  summary: string;
  description: string | null;
  /** Complete lines, to be pasted. */
  examples: string[];
  usage: string;
  args: ArgHelp[];
  /** Its own flags; what all commands share is in `sahara help global`. */
  flags: FlagHelp[];
  globalFlags: string[];
  /** What it changes: "files", "chain" or "services". */
  writes: string[];
  /** Exit codes that mean something special here; the others mean the same everywhere. */
  exitCodes: ExitCodeHelp[];
  seeAlso: Listed[];
};

export type GlobalHelp = {
  kind: 'global';
  summary: string;
  flags: FlagHelp[];
  exitCodes: ExitCodeHelp[];
  environment: { name: string; description: string }[];
};

export type ArgHelp = {
  name: string;
  description: string;
  required: boolean;
  options: string[] | null;
  default: string | null;
};

export type FlagHelp = ArgHelp & {
  /** "-a", where there is a short form. */
  char: string | null;
  /** Name of its value, null for a switch. */
  value: string | null;
  multiple: boolean;
  /** The environment variable that it can be set by. */
  env: string | null;
};

export type ExitCodeHelp = {
  /** As the shell sees it: 0 to 255. */
  code: number;
  meaning: string;
};

const FIRST_STEPS: readonly Listed[] = [
  { command: 'sahara demo', summary: 'see it all: an asset, its sale, and who earns' },
  { command: 'sahara new dataset my-data', summary: 'make an asset of your own' },
  { command: 'sahara devnet start', summary: 'start a local chain to publish on' },
  { command: 'sahara publish my-data', summary: 'publish it' },
];

/** @param words a command or topic of the catalog, "global", or nothing for everything */
export function helpOn(catalog: Catalog, words: readonly string[]): Help {
  const name = words.join(' ');
  if (name === '') return rootHelp(catalog);
  if (catalog.commands.has(name)) return commandHelp(catalog, name);
  return name === 'global' ? globalHelp(catalog) : topicHelp(catalog, name);
}

export function rootHelp(catalog: Catalog): RootHelp {
  const shown = new Set(visibleCommands(catalog).map(([words]) => firstWord(words)));
  const grouped = new Set(GROUPS.flatMap((g) => g.words));
  // What somebody forgot to put into a group is found all the same.
  const rest = { title: 'More', words: [...shown].filter((word) => !grouped.has(word)) };
  return {
    kind: 'root',
    summary: catalog.about,
    version: catalog.version,
    examples: FIRST_STEPS.filter((s) => shown.has(firstWord(s.command.replace(/^sahara /, '')))),
    groups: [...GROUPS, rest]
      .map(({ title, words }) => ({
        title,
        commands: words
          .filter((word) => shown.has(word))
          .map((command) => ({ command, summary: summaryOf(catalog, command) })),
      }))
      .filter((g) => g.commands.length > 0),
  };
}

function summaryOf(catalog: Catalog, word: string): string {
  const command = catalog.commands.get(word);
  if (command && !isTopic(catalog, word)) return command.summary ?? '';
  const names = visibleCommands(catalog, word).map(([words]) => words.slice(word.length + 1));
  return `${topicAbout(catalog, word).replace(/\.$/, '')}: ${names.join(', ')}.`;
}

const topicAbout = (catalog: Catalog, topic: string): string =>
  catalog.topics[topic] ?? catalog.commands.get(topic)?.summary ?? `Commands of ${topic}.`;

export function topicHelp(catalog: Catalog, topic: string): TopicHelp {
  const commands = visibleCommands(catalog, topic);
  return {
    kind: 'topic',
    topic,
    summary: topicAbout(catalog, topic),
    examples: commands.flatMap(([, c]) => examplesOf(c.examples).slice(0, 1)),
    commands: commands.map(([command, c]) => ({ command, summary: c.summary ?? '' })),
  };
}

/** @param words a command of the catalog */
export function commandHelp(catalog: Catalog, words: string): CommandHelp {
  const command = catalog.commands.get(words);
  if (!command) throw new Error(`no command ${words}`);
  const args = Object.values(command.args).map(argHelp);
  const all = Object.values(command.flags).filter((f) => !f.hidden);
  const flags = all.filter((f) => !isGlobal(f)).map(flagHelp);
  const listed = (other: string): Listed[] => {
    const found = catalog.commands.get(other);
    return found && !found.hidden ? [{ command: `sahara ${other}`, summary: found.summary ?? '' }] : [];
  };
  return {
    kind: 'command',
    command: words,
    summary: command.summary ?? '',
    description: command.description ?? null,
    examples: examplesOf(command.examples),
    usage: command.usage === undefined ? usageOf(words, args, flags) : `sahara ${command.usage}`,
    args,
    flags,
    globalFlags: all.filter(isGlobal).map(({ name }) => `--${name}`),
    writes: command.writes ?? [],
    exitCodes: Object.entries(command.exits ?? {}).map(([code, meaning]) => ({
      code: Number(code),
      meaning,
    })),
    seeAlso: [
      ...(RELATED[words] ?? []).flatMap(listed),
      ...(catalog.commands.has('schema')
        ? [{ command: `sahara schema ${words}`, summary: 'The fields of its JSON output.' }]
        : []),
    ],
  };
}

export function globalHelp(catalog: Catalog): GlobalHelp {
  const flags = new Map(
    [...catalog.commands.values()].flatMap((c) =>
      Object.values(c.flags)
        .filter((f) => isGlobal(f) && !f.hidden)
        .map((f) => [f.name, flagHelp(f)] as const),
    ),
  );
  return {
    kind: 'global',
    summary: 'What all commands share: flags, exit codes, environment.',
    flags: [
      ...flags.values(),
      { ...SWITCH, name: 'help', char: '-h', description: 'Show the help of what stands before it.' },
      { ...SWITCH, name: 'version', char: '-v', description: 'Show the version; without a command only.' },
    ],
    exitCodes: EXIT_MEANINGS,
    environment: [
      { name: 'NO_COLOR', description: 'No colour, whatever it is set to.' },
      {
        name: 'DEBUG',
        description: 'Set to sahara: the stack of an internal error, and what goes on inside.',
      },
      ...[...flags.values()].flatMap(({ name, env }) =>
        env ? [{ name: env, description: `The same as --${name}.` }] : [],
      ),
    ],
  };
}

const SWITCH = { required: false, options: null, default: null, value: null, multiple: false, env: null };

const EXIT_MEANINGS: ExitCodeHelp[] = [
  { code: 0, meaning: 'Done.' },
  { code: EXIT_CODES.failed, meaning: 'Failed.' },
  { code: EXIT_CODES.usage, meaning: 'The command line cannot be understood.' },
  { code: EXIT_CODES['not-found'], meaning: 'What was named is not there.' },
  { code: EXIT_CODES.denied, meaning: 'Not allowed: no licence, no right, no permission.' },
  { code: EXIT_CODES.conflict, meaning: 'It contradicts what is there already.' },
  { code: EXIT_CODES.unavailable, meaning: 'A service is not running or does not answer.' },
  { code: EXIT_CODES.verification, meaning: 'Something was checked and does not hold.' },
  { code: EXIT_SIGINT, meaning: 'Interrupted by Ctrl-C.' },
  { code: EXIT_SIGTERM, meaning: 'Ended by SIGTERM.' },
];

const isGlobal = (flag: CatalogFlag): boolean => flag.helpGroup === 'GLOBAL';
const firstWord = (words: string): string => words.split(' ')[0] ?? '';

/** Examples with the program's name in place of oclif's placeholder. */
const examplesOf = (examples: readonly string[] = []): string[] =>
  examples.map((e) => e.replaceAll(/<%= *config\.bin *%>/g, 'sahara'));

function usageOf(words: string, args: readonly ArgHelp[], flags: readonly FlagHelp[]): string {
  const required = flags.filter((f) => f.required);
  return [
    'sahara',
    words,
    ...args.map((a) => (a.required ? a.name : `[${a.name}]`)),
    ...required.map((f) => `--${f.name}${f.value ? ` ${f.value}` : ''}`),
    ...(flags.length > required.length ? ['[flags]'] : []),
  ].join(' ');
}

function argHelp(arg: CatalogArg): ArgHelp {
  return { ...common(arg), name: arg.name.toUpperCase() };
}

function flagHelp(flag: CatalogFlag): FlagHelp {
  const value = flag.type === 'option' ? (flag.helpValue ?? valueName(flag)) : null;
  return {
    ...common(flag),
    char: flag.char ? `-${flag.char}` : null,
    value,
    multiple: flag.multiple ?? false,
    env: flag.env ?? null,
  };
}

function valueName({ name, options }: CatalogFlag): string {
  return options ? options.join('|') : name.toUpperCase().replace(/^.*-/, '');
}

function common({ name, description, required, options, default: initial }: CatalogArg): ArgHelp {
  return {
    name,
    description: description ?? '',
    required: required ?? false,
    options: options ?? null,
    default: initial === undefined || initial === null ? null : String(initial),
  };
}
