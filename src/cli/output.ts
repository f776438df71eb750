import type { NextStep, SaharaError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { type Envelope, errorPart, stringify } from './envelope.ts';
import type { ReadyLine, ServiceLine, StatusLine, StoppingLine } from './event-lines.ts';
import type { OutputMode } from './output-mode.ts';
import { fieldLines, type Json, selectFields } from './select-fields.ts';
import { tell, write } from './streams.ts';
import { shown } from './ui/glyphs.ts';
import type { Reading } from './ui/progress-line.ts';
import { columnsOf, isTerminal, styled } from './ui/terminal.ts';
import { withExactWidths } from './ui/width.ts';
import { wrapped } from './ui/wrap.ts';

/** How a command's result leaves the process: the result on stdout, everything else on stderr. */
export type Output = OutputMode & {
  /** Prints a line for people on stderr; nothing with --quiet. An event in NDJSON. */
  note(line: string): void;
  /** Notes go through `write` instead, or to stderr again. */
  redirectNotes(write: ((line: string) => void) | undefined): void;
  warn(message: string): void;
  /** A line of NDJSON; nothing in the other formats. */
  event(event: ProgressEvent | ItemEvent | StatusLine | ReadyLine | ServiceLine | StoppingLine): void;
  /**
   * Prints a result while the command goes on: the one envelope, or the fields that were asked for. What comes of it in the
   * end is told by the exit code, and on stderr where it fails.
   */
  early(result: Result): Promise<void>;
  success(result: Result): Promise<void>;
  failure(error: SaharaError): Promise<void>;
};

export type Result = {
  data: unknown;
  text: string | (() => string);
  next: NextStep[];
  /** Nothing was changed: this is what would have been done. */
  dryRun?: boolean;
  /** Goes through a pager where it does not fit on the screen. */
  paged?: boolean;
};

/** How far a step of longer work is. */
export type ProgressEvent = { type: 'progress' } & Reading;

/** What came of one of many, as soon as that is known. */
export type ItemEvent = {
  type: 'item';
  /** Where it stands in what was given, counted from 1. */
  line: number;
  /** The caller's own key of it. */
  id: string | null;
  op: string;
  /** `done`, `already`, `failed` or `skipped`. */
  status: string;
  /** The transaction it was done in; null where there is none. */
  tx: string | null;
  /** What the command of that name gives as data. */
  result: unknown;
  error: Pick<
    NonNullable<Envelope['error']>,
    'code' | 'name' | 'kind' | 'message' | 'fix' | 'retryable'
  > | null;
};

type Meta = { command: string; version: string; startedAt: number };

export function createOutput(mode: OutputMode, meta: Meta): Output {
  const warnings: string[] = [];
  /** What belongs on stdout is there already. */
  let isTold = false;
  const lines = mode.format === 'ndjson';
  let redirected: ((line: string) => void) | undefined;

  const toStderr = (line: string) => {
    if (redirected) redirected(shown(line));
    else tell(process.stderr, `${shown(line)}\n`);
  };
  const event = (value: unknown) => {
    if (lines) tell(process.stdout, `${stringify(value, false)}\n`);
  };
  const document = (
    part: Pick<Envelope, 'data' | 'error'>,
    extra: Partial<Envelope['meta']> = {},
  ): string => {
    const envelope: Envelope = {
      ok: part.error === undefined,
      command: meta.command,
      ...part,
      warnings,
      meta: { version: meta.version, durationMs: Date.now() - meta.startedAt, ...extra },
    };
    return `${lines ? stringify({ type: 'result', ...envelope }, false) : stringify(envelope)}\n`;
  };
  const plain = (data: unknown) => JSON.parse(stringify(data)) as Json;
  const selected = (data: unknown) => (mode.fields ? selectFields(plain(data), mode.fields) : data);

  const output: Output = {
    ...mode,
    note(line) {
      if (lines) event({ type: 'note', message: line.trim() });
      else if (!mode.quiet) toStderr(line);
    },
    redirectNotes(to) {
      redirected = to;
    },
    warn(message) {
      warnings.push(message);
      event({ type: 'warning', message });
      if (mode.format === 'text') toStderr(`${paint('yellow', 'warning')} ${printable(message)}`);
    },
    event,
    async early(result) {
      await output.success(result);
      isTold = true;
    },
    async success({ data, text: given, next, dryRun, paged }) {
      if (isTold) return;
      if (mode.format !== 'text') {
        const extra = { ...(dryRun ? { dryRun } : {}), ...(next.length > 0 ? { next } : {}) };
        await write(process.stdout, document({ data: selected(data) }, extra));
        return;
      }
      const made = typeof given === 'function' ? given : () => given;
      // Fields are data for scripts, and leave as they are.
      const text = mode.fields ? fieldLines(plain(data), mode.fields) : shown(await withExactWidths(made));
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      if (paged && !mode.quiet && !mode.fields && isTerminal('stdout'))
        await (await import('./ui/pager.ts')).page(whole);
      else if (whole) await write(process.stdout, whole);
      if (mode.quiet || mode.fields) return;
      if (dryRun) toStderr(`\n${paint('bold', 'Dry run')}: nothing was changed.`);
      if (next.length > 0) toStderr(`\n${paint('bold', 'Next')}\n${steps(next)}`);
    },
    async failure(error) {
      if (mode.format !== 'text' && !isTold) {
        try {
          return await write(process.stdout, document({ error: errorPart(error) }));
        } catch {
          // Where stdout takes nothing (a full disk), the error is still told, to whoever reads stderr.
        }
      }
      const text = [
        `${paint('red', 'error')} ${paint('bold', error.code)} ${printable(brief(error.message))}`,
        `${MARGIN}${paint('dim', error.why)}`,
        `${MARGIN}${error.fix}`,
      ].map((line) => wrapped(line, columnsOf('stderr'), MARGIN));
      const lines = [...text, ...(error.next.length > 0 ? [steps(error.next)] : [])];
      if (wantsStack(error) && error.cause instanceof Error) lines.push(String(error.cause.stack));
      await write(process.stderr, `${shown(lines.join('\n'))}\n`);
    },
  };
  return output;
}

/** Longer texts than this only bury what an error says. In JSON they are whole. */
const LONGEST = 1500;

function brief(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} ... (${text.length} characters)`;
}

/** What belongs to the line above stands this far in. */
const MARGIN = '      ';

function steps(proposed: NextStep[]): string {
  // In a checkout `sahara` is not on PATH; whoever started us says how it is called there.
  const called = process.env['SAHARA_INVOCATION'];
  const next = called
    ? proposed.map((n) => ({ ...n, command: n.command.replace(/^((?:\w+=\S+ )*)sahara\b/, `$1${called}`) }))
    : proposed;
  const width = Math.max(...next.map((n) => n.command.length));
  const longest = Math.max(...next.map((n) => n.when.length));
  // On a screen that is too narrow for both, the reason goes below the command.
  const below = width + longest + 5 > columnsOf('stderr');
  return next
    .map((n) => {
      const command = `  ${paint('cyan', printable(n.command))}`;
      if (!below) return `${command}${' '.repeat(width - n.command.length + 3)}${printable(n.when)}`;
      return `${command}\n${wrapped(`${MARGIN}${printable(n.when)}`, columnsOf('stderr'), MARGIN)}`;
    })
    .join('\n');
}

function wantsStack(error: SaharaError): boolean {
  return error.id === 'INTERNAL' && /\bsahara\b|\*/.test(process.env['DEBUG'] ?? '');
}

/** Colour for stderr where it wants one. */
export function paint(style: Parameters<typeof styled>[1], text: string): string {
  return styled('stderr', style, text);
}
