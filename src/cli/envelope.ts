import type { ErrorKind, NextStep, SaharaError } from '../base/errors.ts';
import { printableJson } from '../base/printable.ts';

/** What `--json` prints on stdout, always and once, whatever happens. Wei are decimal strings. */
export type Envelope<T = unknown> = {
  ok: boolean;
  /** The command as typed, without flags: "asset show". */
  command: string;
  data?: T;
  error?: {
    /** Stable for ever: `SAH-` and four digits. */
    code: string;
    /** The same in words, such as USAGE. */
    name: string;
    /** Decides the exit code. */
    kind: ErrorKind;
    message: string;
    why: string;
    fix: string;
    next: NextStep[];
    /** The same command may succeed later with nothing changed. */
    retryable: boolean;
    /** The particulars; which ones there are depends on `name`. */
    params: unknown;
  };
  warnings: string[];
  meta: {
    version: string;
    durationMs: number;
    /** Present and true when nothing was changed because of --dry-run. */
    dryRun?: boolean;
    next?: NextStep[];
  };
};

export function errorPart(error: SaharaError): NonNullable<Envelope['error']> {
  return {
    code: error.code,
    name: error.id,
    kind: error.kind,
    message: error.message,
    why: error.why,
    fix: error.fix,
    next: error.next,
    retryable: error.retryable,
    params: error.params,
  };
}

/**
 * JSON text in which every bigint is a decimal string, as JSON numbers lose wei; over lines, or on one. Whoever looks at
 * it on a terminal sees what is there: what could turn the line around is escaped.
 */
export function stringify(value: unknown, indented = true): string {
  const text = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v), indented ? 2 : 0);
  return printableJson(text);
}
