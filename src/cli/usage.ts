import { stripVTControlCharacters } from 'node:util';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';

type Spec = { required?: boolean; description?: string };
/** What oclif's parser leaves in its errors; it exports no types of them that tell one from another. */
type ParseError = {
  message?: string;
  flags?: string[];
  /** Words that are too many. */
  args?: string[];
  parse?: {
    input?: { args?: Record<string, Spec>; flags?: Record<string, Spec> };
    output?: { args?: Record<string, unknown>; flags?: Record<string, unknown> };
  };
};

/** A line that the parser refused, as an error of ours: names the nearest flag, and all that is missing at once. */
export function usageError(error: unknown, command: string): SaharaError<'USAGE'> {
  const e = error as ParseError;
  const message =
    unknownFlags(e, command) ??
    tooMany(e, command) ??
    missing(e, command) ??
    parserWords(e.message ?? 'bad usage');
  return new SaharaError('USAGE', { message, command }, { cause: error });
}

/**
 * The one error that lists everything a command lacks.
 *
 * @param lacking what is missing as it is typed ("--terms", "KIND"), with what it is
 */
export function inputMissing(
  command: string,
  lacking: readonly { name: string; about: string }[],
): SaharaError<'USAGE'> {
  const list = lacking.map(({ name, about }) => `${name} (${about.replace(/\.$/, '')})`).join(', ');
  return new SaharaError('USAGE', { message: `${command} needs ${list}.`, command });
}

function unknownFlags({ flags, parse }: ParseError, command: string): string | undefined {
  if (!Array.isArray(flags) || flags.length === 0) return undefined;
  const known = Object.keys(parse?.input?.flags ?? {}).map((f) => `--${f}`);
  const nearest = flags.map((f) => suggest(f.replace(/=.*/, ''), known)).find((f) => f !== null);
  const what = flags.length === 1 ? `${flags[0]} is not a flag` : `${flags.join(', ')} are not flags`;
  return `${what} of ${command}${nearest ? `; did you mean ${nearest}?` : '.'}`;
}

function tooMany({ args, parse }: ParseError, command: string): string | undefined {
  // Of arguments that are missing, oclif gives what they are, and not words.
  if (!Array.isArray(args) || args.length === 0 || args.some((a) => typeof a !== 'string')) return undefined;
  const takes = Object.keys(parse?.input?.args ?? {}).map((name) => name.toUpperCase());
  const words = args.map((a) => JSON.stringify(a)).join(', ');
  return `Unexpected argument${args.length > 1 ? 's' : ''}: ${words}. ${command} takes ${takes.length > 0 ? `only ${takes.join(' and ')}` : 'none'}.`;
}

function missing({ parse }: ParseError, command: string): string | undefined {
  const { input, output } = parse ?? {};
  if (!input || !output) return undefined;
  const lacks = (given: Record<string, unknown> | undefined) => (entry: [string, Spec]) =>
    entry[1].required === true && given?.[entry[0]] === undefined;
  const lacking = [
    ...Object.entries(input.args ?? {})
      .filter(lacks(output.args))
      .map(([name, spec]) => ({ name: name.toUpperCase(), about: spec.description ?? '' })),
    ...Object.entries(input.flags ?? {})
      .filter(lacks(output.flags))
      .map(([name, spec]) => ({ name: `--${name}`, about: spec.description ?? '' })),
  ];
  return lacking.length > 0 ? inputMissing(command, lacking).params.message : undefined;
}

/** What oclif says, with the nearest of the values that a flag or argument takes. */
function parserWords(message: string): string {
  const said = firstSentence(message);
  const [, typed, options] = /Expected (?:--[\w-]+=)?(.*) to be one of: (.*)/.exec(said) ?? [];
  const near = typed && options ? suggest(typed, options.split(', ')) : null;
  return near ? `${said}; did you mean ${near}?` : said;
}

/**
 * oclif appends "See more help with --help", which our envelope says in `next`, and lays its messages out in lines,
 * columns and tabs.
 */
function firstSentence(message: string): string {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() && !/See more help with/.test(line))
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/^(Parsing --[\w-]+) /, '$1: ')
    .trim();
}
