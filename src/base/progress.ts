/** Where long work tells how far it is. Rendering (a bar, lines, NDJSON, nothing) is the caller's. */
export type Progress = {
  /** A step of a longer piece of work begins, e.g. "Uploading". Totals are in `unit`. */
  start(step: string, total?: number, unit?: 'bytes' | 'items'): void;
  /** So much more of the current step is done. */
  advance(by: number): void;
  /** The current step is over; `note` says what came of it. */
  done(note?: string): void;
};

export type Logger = {
  /** Worth knowing, not the result. */
  info(message: string): void;
  /** Kept and repeated in the JSON envelope. */
  warn(message: string): void;
  debug(message: string): void;
};

export const silentProgress: Progress = { start() {}, advance() {}, done() {} };
export const silentLogger: Logger = { info() {}, warn() {}, debug() {} };
