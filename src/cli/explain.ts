import { ERROR_ROOMS } from '../base/error-rooms.ts';
import { ERRORS, type ErrorKind, type ErrorName, type NextStep, SaharaError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { EXIT_CODES, EXIT_SIGINT } from './exit-codes.ts';

/** All that is known of an error before it occurs. */
export type Explanation = {
  code: string;
  name: string;
  title: string;
  /** The part of the toolkit that it belongs to. */
  room: string;
  kind: ErrorKind;
  /** By its kind; an interruption has that of its signal instead: 130 (SIGINT) or 143 (SIGTERM). */
  exitCode: number;
  /** True when the same command may succeed later with nothing changed. */
  retryable: boolean;
  why: string;
  fix: string;
  /** What it says and proposes, for particulars as they occur. */
  example: { message: string; next: NextStep[] };
};

/** Every error, in the order of the codes. */
export function explanations(kind?: ErrorKind): Explanation[] {
  return ERROR_ROOMS.flatMap((room) => room.errors.map((name) => explained(name, room.title))).filter(
    (e) => kind === undefined || e.kind === kind,
  );
}

/**
 * The error of a code ("SAH-1005", "1005") or name ("ACCOUNT_UNKNOWN", "account-unknown"), in upper or lower case.
 *
 * @throws ERROR_UNKNOWN naming the nearest ones
 */
export function explain(typed: string): Explanation {
  const word = typed
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
  const code = `SAH-${/^(?:SAH_?)?(\d{4})$/.exec(word)?.[1]}`;
  const all = explanations();
  const found = all.find((e) => e.name === word || e.code === code);
  if (found) return found;
  throw new SaharaError('ERROR_UNKNOWN', { typed, suggestions: near(word, all) });
}

/** At most three: codes whose number is near, names that are spelt alike, or else names with the word in them. */
function near(word: string, all: readonly Explanation[]): string[] {
  const number = /^(?:SAH_?)?(\d{1,6})$/.exec(word)?.[1];
  if (number !== undefined) {
    const distance = (e: Explanation) => Math.abs(Number(e.code.slice(4)) - Number(number));
    return all
      .filter((e) => distance(e) < 100)
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, 3)
      .map((e) => e.code);
  }
  const names = all.map((e) => e.name);
  const alike = nearest(word, names, 3);
  return alike.length > 0 || word === '' ? alike : names.filter((n) => n.includes(word)).slice(0, 3);
}

function explained(name: ErrorName, room: string): Explanation {
  const { code, kind, title, why, fix, retryable } = ERRORS[name];
  const { message, next } = exampleOf(name);
  return {
    code,
    name,
    title,
    room,
    kind,
    exitCode: name === 'INTERRUPTED' ? EXIT_SIGINT : EXIT_CODES[kind],
    retryable: retryable ?? false,
    why,
    fix,
    example: { message, next },
  };
}

/** The error as it would be thrown with the example of its row. */
export function exampleOf(name: ErrorName): SaharaError {
  return new SaharaError(name, ERRORS[name].example as never) as SaharaError;
}
