import { openSync, writeSync } from 'node:fs';

/** Standard error, which whoever started us has led into a file. */
let to = 2;

/** A line of the supervisor's log, with the time. */
export function log(line: string): void {
  try {
    // Not through the stream: a disk that is full, which leaves no room for the log either, must not end the devnet.
    writeSync(to, `${new Date().toISOString()} ${line}\n`);
  } catch {}
}

/** From now on into this file, also why we ended, should nobody catch it. */
export function logInto(path: string): void {
  to = openSync(path, 'a');
  process.on('uncaughtExceptionMonitor', (error) => log(String(error.stack)));
}
