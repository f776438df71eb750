import { styleText } from 'node:util';
import type { NextStep, SaharaError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { type Envelope, errorPart, stringify } from './envelope.ts';

/** How a command's result leaves the process: the result on stdout, everything else on stderr. */
export type Output = {
  json: boolean;
  quiet: boolean;
  /** Prints a line for people on stderr; nothing with --quiet. */
  note(line: string): void;
  /** Notes go through `write` instead, or to stderr again. */
  redirectNotes(write: ((line: string) => void) | undefined): void;
  warn(message: string): void;
  success(outcome: { data: unknown; text: string | (() => string); next: NextStep[] }): Promise<void>;
  failure(error: SaharaError): Promise<void>;
};

type Meta = { command: string; version: string; startedAt: number };

export function createOutput(options: { json: boolean; quiet: boolean }, meta: Meta): Output {
  const warnings: string[] = [];
  const envelope = (part: Partial<Envelope>): string => {
    const next = part.meta?.next;
    return `${stringify({
      ok: part.error === undefined,
      command: meta.command,
      ...part,
      warnings,
      meta: {
        version: meta.version,
        durationMs: Date.now() - meta.startedAt,
        ...(next && next.length > 0 ? { next } : {}),
      },
    })}\n`;
  };
  let redirected: ((line: string) => void) | undefined;
  const note = (line: string) => {
    if (options.quiet) return;
    if (redirected) redirected(line);
    else process.stderr.write(`${line}\n`);
  };

  return {
    json: options.json,
    quiet: options.quiet,
    note,
    redirectNotes(write) {
      redirected = write;
    },
    warn(message) {
      warnings.push(message);
      if (options.json) return;
      const line = `${paint('yellow', 'warning')} ${printable(message)}`;
      if (redirected) redirected(line);
      else process.stderr.write(`${line}\n`);
    },
    async success({ data, text: given, next }) {
      if (options.json) {
        await write(process.stdout, envelope({ data, meta: { version: '', durationMs: 0, next } }));
        return;
      }
      const text = typeof given === 'function' ? given() : given;
      if (text) await write(process.stdout, text.endsWith('\n') ? text : `${text}\n`);
      if (next.length > 0) note(`\n${paint('bold', 'Next')}\n${steps(next)}`);
    },
    async failure(error) {
      if (options.json) {
        await write(process.stdout, envelope({ error: errorPart(error) }));
        return;
      }
      const lines = [
        `${paint('red', 'error')} ${paint('bold', error.code)} ${printable(error.message)}`,
        `      ${paint('dim', error.why)}`,
        `      ${error.fix}`,
        ...(error.next.length > 0 ? [steps(error.next)] : []),
      ];
      if (wantsStack(error) && error.cause instanceof Error) lines.push(String(error.cause.stack));
      await write(process.stderr, `${lines.join('\n')}\n`);
    },
  };
}

function steps(proposed: NextStep[]): string {
  // In a checkout `sahara` is not on PATH; whoever started us says how it is called there.
  const called = process.env['SAHARA_INVOCATION'];
  const next = called
    ? proposed.map((n) => ({ ...n, command: n.command.replace(/^((?:\w+=\S+ )*)sahara\b/, `$1${called}`) }))
    : proposed;
  const width = Math.max(...next.map((n) => n.command.length));
  const longest = Math.max(...next.map((n) => n.when.length));
  // On a screen that is too narrow for both, the reason goes below the command.
  const below = process.stderr.isTTY && width + longest + 5 > (process.stderr.columns ?? 80);
  return next
    .map((n) => {
      const gap = below ? '\n      ' : ' '.repeat(width - n.command.length + 3);
      return `  ${paint('cyan', printable(n.command))}${gap}${printable(n.when)}`;
    })
    .join('\n');
}

function wantsStack(error: SaharaError): boolean {
  return error.id === 'INTERNAL' && /\bsahara\b|\*/.test(process.env['DEBUG'] ?? '');
}

/** Colour for stderr when it is a terminal that wants it (`styleText` honours NO_COLOR and FORCE_COLOR). */
export function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

/** Writes and waits until the bytes are handed over, so that nothing is cut off when the process ends. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}
