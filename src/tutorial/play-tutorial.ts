import { SaharaError } from '../base/errors.ts';
import { rememberStep } from './place.ts';
import { type RanCommand, runCommand } from './run-command.ts';
import { TUTORIAL_STEPS, type TutorialStep } from './steps.ts';

/** What became of a step. */
export type PlayedStep = {
  id: string;
  title: string;
  command: string;
  /** `earlier`: in an earlier run. `waiting`: it has not been reached. */
  outcome: 'done' | 'skipped' | 'earlier' | 'waiting';
  /** Exit code of its command; null when it did not run now. */
  exit: number | null;
  /** What its command printed, where that was captured. */
  printed: string | null;
};

export type PlayOptions = {
  root: string;
  /** Index of the step to begin with; the devnet is started before a later one. */
  from: number;
  signal: AbortSignal;
  capture: boolean;
  /** Shows a step before it runs, and asks what is to happen with it. */
  before(step: TutorialStep, index: number): Promise<'run' | 'skip' | 'quit'>;
  /** Asks what to do about a step whose command failed. */
  failed(step: TutorialStep, ran: RanCommand): Promise<'again' | 'skip' | 'quit'>;
};

/**
 * Plays the steps in order, each a command that really runs, and remembers after each how far it is.
 *
 * @returns every step, with what became of it
 * @throws TUTORIAL_STEP_FAILED when a step failed and is not to be tried again; INTERRUPTED
 */
export async function playTutorial(options: PlayOptions): Promise<PlayedStep[]> {
  const played = TUTORIAL_STEPS.map((step, i): PlayedStep => {
    const shown = notPlayed(step);
    return i < options.from ? { ...shown, outcome: 'earlier' } : shown;
  });
  const devnet = TUTORIAL_STEPS.findIndex((s) => s.id === 'devnet');
  const start = TUTORIAL_STEPS[devnet];
  // Whoever comes back later may have stopped it, or the machine.
  if (start && options.from > devnet && options.from < TUTORIAL_STEPS.length) await run(start, options);
  for (let i = options.from; i < TUTORIAL_STEPS.length; i++) {
    const step = TUTORIAL_STEPS[i];
    if (!step) break;
    const choice = await options.before(step, i);
    if (choice === 'quit') break;
    played[i] = choice === 'skip' ? { ...notPlayed(step), outcome: 'skipped' } : await run(step, options);
    rememberStep(options.root, i + 1);
  }
  return played;
}

/** Every step as it is before anything has run. */
export function notPlayed({ id, title, command }: TutorialStep): PlayedStep {
  return { id, title, command, outcome: 'waiting', exit: null, printed: null };
}

async function run(step: TutorialStep, options: PlayOptions): Promise<PlayedStep> {
  for (;;) {
    const ran = await runCommand(step.command, options);
    if (ran.exit === (step.exit ?? 0)) return { ...notPlayed(step), outcome: 'done', ...ran };
    const choice = await options.failed(step, ran);
    if (choice === 'skip') return { ...notPlayed(step), outcome: 'skipped', ...ran };
    if (choice === 'quit')
      throw new SaharaError('TUTORIAL_STEP_FAILED', {
        step: step.id,
        command: step.command,
        exit: ran.exit,
        printed: ran.printed,
        dir: options.root,
      });
  }
}
