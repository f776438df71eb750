import { printable } from '../../base/printable.ts';

/** One thing that may be typed, and what it is. */
export type Candidate = { value: string; about?: string };

/**
 * What the shell is to do with the candidates: the bits of cobra and of `@bomb.sh/tab`, whose protocol this is, so
 * that tools which know it can ask `sahara` too.
 */
export const NO_SPACE = 2;
export const NO_FILES = 4;
export const FOLDERS = 16;
export const KEEP_ORDER = 32;

export type Reply = { candidates: Candidate[]; directive: number };
export const NOTHING: Reply = { candidates: [], directive: NO_FILES };

const MAX_CANDIDATES = 1000;
const MAX_ABOUT = 80;

/**
 * Letters that no shell gives a meaning to, where they stand. Whatever has another is not offered: names come from a
 * chain and from folders, and nobody looks closely at what Tab wrote.
 */
const HARMLESS = /^[A-Za-z0-9][A-Za-z0-9_@%+=:,./-]*$/;
const FLAG = /^--?[a-z0-9][a-z0-9-]*(=[A-Za-z0-9_@%+=:,./-]*)?$/i;

/** True when a value can be written on any shell's command line as it is. */
export function isHarmless(value: string): boolean {
  return HARMLESS.test(value);
}

/** The answer as text: a candidate a line, a tab before what it is, and last the directive after a colon. */
export function replyText({ candidates, directive }: Reply): string {
  const lines = candidates
    .filter(({ value }) => isHarmless(value) || FLAG.test(value))
    .slice(0, MAX_CANDIDATES)
    .map(({ value, about }) => (about ? `${value}\t${shortened(about)}` : value));
  return `${[...lines, `:${directive}`].join('\n')}\n`;
}

function shortened(about: string): string {
  const line = printable(about.split('\n')[0] ?? '');
  return line.length > MAX_ABOUT ? `${line.slice(0, MAX_ABOUT - 1)}…` : line;
}
