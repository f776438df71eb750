import type { NextStep } from '../../base/errors.ts';
import type { Outcome } from '../base-command.ts';
import { type ForegroundOptions, type Left, runForeground } from './run-foreground.ts';

const TEXTS: Readonly<Record<Left['devnet'], string>> = {
  running: 'The devnet was running before, and goes on running.',
  stopped: 'The devnet has stopped; what was on it is kept.',
  'stopped-elsewhere': 'The devnet was stopped by another command; what was on it is kept.',
};

/** A devnet in the foreground as the outcome of a command, `data` of which is known from the beginning. */
export async function inForeground<T>({
  data,
  ...options
}: ForegroundOptions & { data: T }): Promise<Outcome<T>> {
  const { output } = options;
  // Whoever reads the envelope wants it when the devnet is ready, and not when it has gone.
  if (output.format === 'json' || output.fields) await output.early({ data, text: '', next: [] });
  const { devnet, exitCode } = await runForeground(options);
  return { data, text: TEXTS[devnet], next: nextOf(devnet), exitCode };
}

function nextOf(devnet: Left['devnet']): NextStep[] {
  return devnet === 'running'
    ? [{ command: 'sahara devnet stop', when: 'to stop it' }]
    : [{ command: 'sahara devnet start', when: 'to go on where it stopped' }];
}
