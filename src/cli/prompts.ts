import type { Format } from './output-mode.ts';
import { isAutomated, isDumb, wantsScreenReader } from './ui/terminal.ts';

export type Choice = {
  /** What the answer is. */
  value: string;
  /** What is shown for it; the value itself by default. */
  label?: string;
  /** One line on what it is. */
  about?: string;
};

/** Throws when a text is no answer; what it says is shown, and the question is asked again. */
export type Validate = (text: string) => void | Promise<void>;

/** Questions to a person, on stderr. Ctrl-C, Ctrl-D and a terminal that goes away reject with INTERRUPTED. */
export type Prompter = {
  text(question: {
    message: string;
    proposal?: string;
    validate?: Validate;
    /** Nothing of the question stays on the screen once it is answered, where that is possible. */
    fleeting?: boolean;
  }): Promise<string>;
  choice(question: { message: string; choices: readonly Choice[]; proposal?: string }): Promise<string>;
  /** A question for yes or no; Enter alone is no. */
  yesNo(question: { message: string }): Promise<boolean>;
};

/** Whether there is somebody to ask: a terminal on both sides, output for people, no --yes, and no CI. */
export function canAsk(format: Format, yes = false): boolean {
  return (
    format === 'text' &&
    !yes &&
    !isAutomated() &&
    process.stdin.isTTY === true &&
    process.stderr.isTTY === true
  );
}

/**
 * The prompts for this terminal, loaded when the first question is asked: with arrow keys, or, for a screen reader
 * (SAHARA_SCREEN_READER=1) and for terminals that cannot move the cursor, plain numbered lines.
 */
export async function openPrompter(signal: AbortSignal): Promise<Prompter> {
  if (wantsScreenReader() || isDumb()) return (await import('./ui/plain-prompter.ts')).plainPrompter(signal);
  return (await import('./ui/key-prompter.ts')).keyPrompter(signal);
}
