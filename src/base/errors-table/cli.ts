import { row } from '../error-types.ts';
import { shellQuote } from '../shell-quote.ts';

/** SAH-00xx: the command line itself. */
export const cliErrors = {
  INTERNAL: row<{ message: string }>({
    code: 'SAH-0001',
    kind: 'failed',
    title: 'A bug in the toolkit',
    example: { message: 'version.map is not a function' },
    what: (p) => `Something failed that should not be able to: ${p.message}`,
    why: 'The toolkit met a state that its authors did not foresee.',
    fix: 'Run the command again with DEBUG=sahara to see the stack, and report it with that output.',
  }),
  USAGE: row<{ message: string; command: string; instead?: string }>({
    code: 'SAH-0002',
    kind: 'usage',
    title: 'The command line cannot be understood',
    example: { message: 'Nonexistent flag: --flavour', command: 'asset show' },
    what: (p) => p.message,
    why: 'A flag or argument is unknown, missing or has a value of the wrong form.',
    fix: 'Look at the examples in the help of the command.',
    next: (p) => [
      ...(p.instead ? [{ command: p.instead, when: 'which is probably what was meant' }] : []),
      { command: `sahara ${p.command ? `${p.command} ` : ''}--help`, when: 'to see flags and examples' },
    ],
  }),
  COMMAND_UNKNOWN: row<{ command: string; suggestion: string | null; topic: string | null }>({
    code: 'SAH-0003',
    kind: 'usage',
    title: 'There is no such command',
    example: { command: 'asset shw', suggestion: 'asset show', topic: 'asset' },
    what: (p) =>
      `"${p.command}" is not a sahara command${p.suggestion ? `; did you mean "${p.suggestion}"?` : '.'}`,
    why: 'The command is misspelt, or belongs to another version of the toolkit.',
    fix: 'List the commands with sahara --help.',
    next: (p) => [
      p.suggestion
        ? { command: `sahara ${p.suggestion} --help`, when: 'to see how it is used' }
        : p.topic
          ? { command: `sahara ${p.topic} --help`, when: `to list the commands of ${p.topic}` }
          : { command: 'sahara --help', when: 'to list all commands' },
    ],
  }),
  INTERRUPTED: row<{ signal: string }>({
    code: 'SAH-0004',
    kind: 'failed',
    title: 'Interrupted',
    example: { signal: 'SIGINT' },
    what: (p) => `Stopped by ${p.signal}.`,
    why: 'The command was interrupted before it was done.',
    fix: 'Run it again: building, publishing, buying, settling and claiming do nothing twice. After a payment or a transfer, look at the balances first: it may have gone through.',
    retryable: true,
  }),
  DISK_FULL: row<{ path: string | null }>({
    code: 'SAH-0005',
    kind: 'failed',
    title: 'The disk is full',
    example: { path: 'penguins/sahara.yaml' },
    what: (p) => `There is no space left to write${p.path ? ` ${p.path}` : ''}.`,
    why: 'The disk, or a quota on it, has no room for what the command writes. What was there before is untouched.',
    fix: 'Free some space and run the command again.',
    retryable: true,
  }),
  FILE_DENIED: row<{ path: string; reason: string }>({
    code: 'SAH-0006',
    kind: 'denied',
    title: 'A file may not be read or written',
    example: { path: '/srv/penguins', reason: 'EACCES' },
    what: (p) => `The system refuses access to ${p.path} (${p.reason}).`,
    why: 'The file or its folder belongs to another user, is read-only, or is on a read-only disk.',
    fix: 'Change the permissions, or work in a folder of your own.',
  }),
  CONFIRMATION_NEEDED: row<{ action: string; flag: string }>({
    code: 'SAH-0007',
    kind: 'usage',
    title: 'This needs a confirmation',
    example: { action: 'Removing the devnet', flag: '--yes' },
    what: (p) => `${p.action} needs your word, and there is no terminal to ask.`,
    why: 'What the command does cannot be taken back, and it prompts only where there is a person to answer.',
    fix: 'Add the flag that confirms it (--yes).',
  }),
  PATH_UNUSABLE: row<{ path: string; reason: string }>({
    code: 'SAH-0008',
    kind: 'usage',
    title: 'A path that leads nowhere',
    example: { path: 'notes.txt/penguins', reason: 'ENOTDIR' },
    what: (p) => `${p.path} cannot be used as a path (${p.reason}).`,
    why: 'It is too long, goes through something that is no folder, or something else stands where a file or a folder is meant.',
    fix: 'Check the path; every part but the last has to be a folder.',
  }),
  FOLDER_GONE: row<Record<string, never>>({
    code: 'SAH-0009',
    kind: 'not-found',
    title: 'The folder that you are in is gone',
    example: {},
    what: () => 'The working folder was removed while the terminal was in it.',
    why: 'A command is run in a folder, and this one exists no more.',
    fix: 'Change to a folder that exists, or make this one again, and run the command there.',
    next: () => [{ command: 'cd', when: 'to go to your home folder' }],
  }),
  ERROR_UNKNOWN: row<{ typed: string; suggestions: readonly string[] }>({
    code: 'SAH-0010',
    kind: 'not-found',
    title: 'There is no such error',
    example: { typed: 'ACOUNT_UNKNOWN', suggestions: ['ACCOUNT_UNKNOWN'] },
    what: (p) =>
      `"${p.typed}" is neither the code nor the name of an error${p.suggestions.length > 0 ? `; did you mean ${p.suggestions.join(' or ')}?` : '.'}`,
    why: 'Errors have a code, such as SAH-1005, and a name, such as ACCOUNT_UNKNOWN. Both stand in what is printed when one occurs.',
    fix: 'Copy the code or the name as it was printed.',
    next: (p) => [
      ...p.suggestions.map((s) => ({ command: `sahara explain ${s}`, when: 'to explain that one' })),
      { command: 'sahara explain', when: 'to list all errors' },
    ],
  }),
  FIELD_UNKNOWN: row<{ command: string; field: string; suggestion: string | null; known: readonly string[] }>(
    {
      code: 'SAH-0030',
      kind: 'usage',
      title: 'The result has no such field',
      example: { command: 'asset list', field: 'nmae', suggestion: 'name', known: ['id', 'kind', 'name'] },
      what: (p) =>
        `The result of ${p.command} has no field "${p.field}"${p.suggestion ? `; did you mean "${p.suggestion}"?` : `; there are ${listed(p.known)}.`}`,
      why: '--fields takes the fields of the data that the command prints with --json, as dotted paths. Nothing was done.',
      fix: 'Take one of the fields that the schema of the command lists.',
      next: (p) => [
        {
          command: `sahara schema ${p.command} --list-fields`,
          when: 'to list the fields with their meaning',
        },
      ],
    },
  ),
  SCHEMA_UNKNOWN: row<{ name: string; suggestion: string | null; below: readonly string[] }>({
    code: 'SAH-0031',
    kind: 'usage',
    title: 'There is no such schema',
    example: { name: 'asset shw', suggestion: 'asset show', below: [] },
    what: (p) =>
      `There is no schema of "${p.name}"${p.below.length > 0 ? `; there are ${p.below.join(', ')}.` : p.suggestion ? `; did you mean "${p.suggestion}"?` : '.'}`,
    why: 'There is one for each command, and for config, manifest, events and error.',
    fix: 'Name a command by all its words, as in sahara schema asset show.',
    next: (p) => [
      { command: 'sahara schema', when: 'to list what there are schemas of' },
      ...(p.suggestion ? [{ command: `sahara schema ${p.suggestion}`, when: 'if that was meant' }] : []),
    ],
  }),
  PROJECT_ABOVE: row<{ path: string; above: string }>({
    code: 'SAH-0025',
    kind: 'conflict',
    title: 'The folder is part of a project already',
    example: { path: 'penguins/inner', above: 'penguins' },
    what: (p) => `${p.path} lies in the project ${p.above}.`,
    why: 'A project has one devnet and one set of settings, and commands take the nearest project above: a second one inside it is rarely meant.',
    fix: 'Make assets in the project that is there, or make one of its own here with --nested.',
    next: (p) => [
      { command: `sahara init ${shellQuote(p.path)} --nested`, when: 'to make a project inside the other' },
      {
        command: `sahara config show --project ${shellQuote(p.above)}`,
        when: 'to see the one that is there',
      },
    ],
  }),
  NOT_A_FOLDER: row<{ path: string }>({
    code: 'SAH-0026',
    kind: 'conflict',
    title: 'There is a file where a folder is needed',
    example: { path: 'notes.txt' },
    what: (p) => `${p.path} is not a folder.`,
    why: 'Something else has that name already, and nothing of yours is replaced.',
    fix: 'Give another path, or move what is there.',
  }),
  TUTORIAL_STEP_FAILED: row<{
    step: string;
    command: string;
    exit: number;
    printed: string | null;
    dir: string;
  }>({
    code: 'SAH-0027',
    kind: 'failed',
    title: 'A step of the tutorial failed',
    example: {
      step: 'publish',
      command: 'sahara publish penguins --account curator',
      exit: 6,
      printed: null,
      dir: 'sahara-tutorial',
    },
    what: (p) => `The step "${p.step}" ended with exit code ${p.exit}: ${p.command}`,
    why: 'The command of the step was refused; it says why by itself.',
    fix: 'Do what the command proposes. The tutorial goes on with this step when it is run again.',
    next: (p) => [
      { command: `sahara tutorial --dir ${shellQuote(p.dir)}`, when: 'to go on with this step' },
      { command: `sahara devnet stop --project ${shellQuote(p.dir)}`, when: 'to stop its devnet meanwhile' },
    ],
    retryable: true,
  }),
};

/** The names, or the first part of many: those that are no part of another. */
function listed(names: readonly string[]): string {
  const top = names.length > 20 ? names.filter((n) => !n.includes('.')) : names;
  return `${top.slice(0, 20).join(', ')}${top.length > 20 || top !== names ? ' and more' : ''}`;
}
