import { answerLine } from './answer.ts';
import { readCatalog } from './help/catalog.ts';
import { type Line, readLine } from './line.ts';
import { createOutput } from './output.ts';
import { requestedMode } from './output-mode.ts';
import { installStreams } from './streams.ts';

/** A command that is to be run. */
export type Found = { command: string; file: string; version: string; rest: string[] };

/**
 * Answers what needs no command: help, the home screen, the version, and lines that name no command. Loads neither
 * oclif nor, where all is well, the error table: these are the lines that a newcomer types first.
 *
 * @returns the command to run, where the line has one
 */
export async function answerQuickly(argv: readonly string[], root: string): Promise<Found | undefined> {
  const startedAt = Date.now();
  let name = '';
  let version = '';
  try {
    const catalog = readCatalog(root);
    version = catalog.version;
    const line = readLine(argv, catalog);
    const found = (command: string, rest: string[]): Found => {
      const file = catalog.commands.get(command)?.relativePath.join('/') ?? '';
      return { command, file, version, rest };
    };
    if (line.is === 'command') return found(line.command, line.rest);
    // With flags that have to be parsed, the same answer comes from the command of that name.
    if (line.is === 'home' && !line.plain) return found('home', [...argv]);
    if (line.is === 'help' && !line.plain && argv.some((a) => /^--fields(=|$)/.test(a)))
      return found('help', [...line.words, ...fieldsAndForm(argv)]);
    name = nameOf(line);
    installStreams();
    const { next = [], ...result } = await answerLine(line, catalog);
    await createOutput(requestedMode(argv), { command: name, version, startedAt }).success({
      ...result,
      next,
      paged: !argv.includes('--no-pager'),
    });
  } catch (error) {
    const [{ foreseen }, { EXIT_CODES }] = await Promise.all([
      import('./foreseen.ts'),
      import('./exit-codes.ts'),
    ]);
    const failure = foreseen(error, name, new AbortController().signal);
    const output = createOutput(requestedMode(argv), { command: name, version, startedAt });
    await output.failure(failure).catch(() => {});
    process.exitCode = EXIT_CODES[failure.kind];
  }
  return undefined;
}

/** How the envelope names what was asked for. */
function nameOf(line: Line): string {
  return 'command' in line ? line.command : line.is;
}

/** Of a line that asks for help, what the help command takes: the rest is meant for the command asked about. */
function fieldsAndForm(argv: readonly string[]): string[] {
  return argv.flatMap((arg, i) => {
    if (/^(--fields|--output|-o)$/.test(arg)) return argv.slice(i, i + 2);
    return /^(--fields=|--output=|-o.|--json$|-q$|--quiet$)/.test(arg) ? [arg] : [];
  });
}
