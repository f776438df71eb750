import type { Output } from './output.ts';
import { openPrompter } from './prompts.ts';
import { stepText } from './ui/tutorial.ts';

type Step = Parameters<typeof stepText>[0];

/** The person's side of the tutorial: what is shown, and what is asked. With --yes nothing is asked. */
export function tutorialGuide(
  { output, signal }: { output: Pick<Output, 'note'>; signal: AbortSignal },
  { yes, total }: { yes: boolean; total: number },
) {
  return {
    async before(step: Step, index: number): Promise<'run' | 'skip' | 'quit'> {
      output.note(stepText(step, index + 1, total));
      if (yes) return 'run';
      const answer = await (await openPrompter(signal)).text({
        message: 'Enter runs it, s skips it, q quits:',
        fleeting: true,
        validate: (text) => {
          if (!/^[sq]?$/i.test(text)) throw 'Press Enter, or s or q and Enter.';
        },
      });
      return answer === '' ? 'run' : answer.toLowerCase() === 's' ? 'skip' : 'quit';
    },

    async failed(): Promise<'again' | 'skip' | 'quit'> {
      if (yes) return 'quit';
      const answer = await (await openPrompter(signal)).choice({
        message: 'This step failed. What now?',
        choices: [
          { value: 'again', label: 'try again', about: 'run the same command once more' },
          { value: 'skip', about: 'go on with the next step, which may need this one' },
          { value: 'quit', about: 'the tutorial goes on with this step when it is run again' },
        ],
      });
      return answer === 'again' || answer === 'skip' ? answer : 'quit';
    },

    /** What to do about a tutorial that was begun earlier; `next` is the index of its next step. */
    async earlier(next: number, dir: string): Promise<'continue' | 'anew' | 'leave'> {
      const isFinished = next >= total;
      if (yes) return isFinished ? 'anew' : 'continue';
      const proceed = { value: 'continue', label: 'go on', about: `with step ${next + 1} of ${total}` };
      const answer = await (await openPrompter(signal)).choice({
        message: isFinished ? `A finished tutorial is in ${dir}.` : `A tutorial was begun in ${dir}.`,
        choices: [
          ...(isFinished ? [] : [proceed]),
          { value: 'anew', label: 'begin anew', about: 'what was made is put aside, its devnet is removed' },
          { value: 'leave', about: 'do nothing' },
        ],
      });
      return answer === 'continue' || answer === 'anew' ? answer : 'leave';
    },
  };
}
