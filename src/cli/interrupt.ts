import { EXIT_SIGINT, EXIT_SIGTERM } from './exit-codes.ts';

const controller = new AbortController();
let received: NodeJS.Signals | undefined;
let othersListen = 0;
let taken: ((signal: NodeJS.Signals) => void) | undefined;

/** Aborted by the first Ctrl-C or SIGTERM; its reason is the signal's name. */
export const interruptSignal = controller.signal;

/** Exit code of the signal that was received, if one was. */
export function signalExitCode(): number | undefined {
  if (!received) return undefined;
  return received === 'SIGINT' ? EXIT_SIGINT : EXIT_SIGTERM;
}

/** The first signal asks the command to stop in good order; a second one, or ten seconds, ends it at once. */
export function installInterrupts(): void {
  const handle = (signal: NodeJS.Signals) => {
    if (taken) return taken(signal);
    if (signal === 'SIGINT' && othersListen > 0) return;
    if (received) process.exit(signal === 'SIGINT' ? EXIT_SIGINT : EXIT_SIGTERM);
    received = signal;
    controller.abort(signal);
    setTimeout(() => process.exit(signalExitCode()), 10_000).unref();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

/**
 * Ctrl-C reaches every program on the terminal. While one of them uses it as a key (a pager), it does not interrupt
 * us; until the function that this returns is called.
 */
export function leaveInterruptsToOthers(): () => void {
  // Where nobody has installed a handler, the signal would end the process.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  othersListen++;
  return () => {
    process.off('SIGINT', ignore);
    othersListen--;
  };
}

/**
 * Hands all signals that ask us to end to somebody else, who ends in good order by himself; until the function that
 * this returns is called. SIGHUP is among them, which otherwise ends us at once.
 */
export function takeSignals(handle: (signal: NodeJS.Signals) => void): () => void {
  taken = handle;
  process.on('SIGHUP', handle);
  return () => {
    taken = undefined;
    process.off('SIGHUP', handle);
  };
}
