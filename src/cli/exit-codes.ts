import type { ErrorKind } from '../base/errors.ts';

/** Exit code of each class of failure; the same in every output mode. Signals: 128 + number (130, 143). */
export const EXIT_CODES: Record<ErrorKind, number> = {
  failed: 1,
  usage: 2,
  'not-found': 3,
  denied: 4,
  conflict: 5,
  unavailable: 6,
  verification: 7,
};

export const EXIT_SIGINT = 130;
export const EXIT_SIGTERM = 143;
