/** The form of what a command prints: for people, one JSON envelope, or a line of JSON for each event. */
export type Format = 'text' | 'json' | 'ndjson';
export const FORMATS = ['text', 'json', 'ndjson'] as const satisfies readonly Format[];

export type OutputMode = {
  format: Format;
  quiet: boolean;
  /** The fields of the data that are wanted, as dotted paths; all of them where undefined. */
  fields?: string[] | undefined;
};

/**
 * The mode that a command line asks for, read without parsing it: a line that cannot be parsed has to be
 * refused in the form that was asked for.
 */
export function requestedMode(argv: readonly string[]): OutputMode {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const asked = valueAfter(own, '--output', '-o');
  const format = own.includes('--json') ? 'json' : asked === 'json' || asked === 'ndjson' ? asked : 'text';
  return { format, quiet: own.includes('--quiet') || own.includes('-q') };
}

function valueAfter(argv: readonly string[], long: string, short: string): string | undefined {
  for (const [i, arg] of argv.entries()) {
    if (arg === long || arg === short) return argv[i + 1];
    if (arg.startsWith(`${long}=`)) return arg.slice(long.length + 1);
    if (arg.startsWith(short) && !arg.startsWith('--')) return arg.slice(short.length).replace(/^=/, '');
  }
  return undefined;
}
