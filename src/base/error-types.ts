/**
 * What kind of failure an error is. The kind alone decides the exit code, so that a script can branch on
 * the class without knowing every code: failed 1, usage 2, not-found 3, denied 4, conflict 5,
 * unavailable 6, verification 7.
 */
export type ErrorKind =
  | 'failed'
  | 'usage'
  | 'not-found'
  | 'denied'
  | 'conflict'
  | 'unavailable'
  | 'verification';

/** A command that is worth running after this error, and when. Must work when pasted. */
export type NextStep = { command: string; when: string };

/** One row of the error table. `P` is what the message needs to be specific. */
export type ErrorRow<P> = {
  /** Stable for ever: `SAH-` and four digits; the first digit is the room (see the table files). */
  code: `SAH-${number}`;
  kind: ErrorKind;
  /** A few words, the heading in `sahara explain` and the docs. */
  title: string;
  /** Particulars as they occur, with which `explain` and the docs show the message and the next steps. */
  example: P;
  /** What happened, with the particulars. One sentence, no trailing next step. */
  what: (p: P) => string;
  /** Why this can happen, for `explain`. */
  why: string;
  /** What to do about it, in words. */
  fix: string;
  next?: (p: P) => NextStep[];
  /** True when the same call may succeed later with nothing changed by the caller. */
  retryable?: boolean;
};

/** Keeps each row's own parameter type while checking its shape. */
export function row<P>(r: ErrorRow<P>): ErrorRow<P> {
  return r;
}
