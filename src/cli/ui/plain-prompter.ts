import { createInterface } from 'node:readline/promises';
import { printable } from '../../base/printable.ts';
import { problemWith, unanswered } from '../answers.ts';
import type { Prompter } from '../prompts.ts';

/** Prompts that write whole lines and never move the cursor: what a screen reader reads out is what there is. */
export function plainPrompter(signal: AbortSignal): Prompter {
  const tell = (line: string) => process.stderr.write(`${line}\n`);

  /** Asks until `understand` makes something of the answer; a text that it throws is told. */
  const until = async <T>(question: string, understand: (text: string) => T | Promise<T>): Promise<T> => {
    for (;;) {
      const text = await askedLine(`${question}: `, signal);
      try {
        return await understand(text);
      } catch (problem) {
        if (typeof problem !== 'string') throw problem;
        tell(problem);
      }
    }
  };

  return {
    text: ({ message, proposal, validate }) =>
      until(proposal === undefined ? message : `${message} (Enter takes ${proposal})`, async (text) => {
        const answer = text === '' ? (proposal ?? '') : text;
        const problem = await problemWith(answer, validate);
        if (problem !== undefined) throw problem;
        return answer;
      }),
    choice({ message, choices, proposal }) {
      tell(message);
      for (const [i, { value, label, about }] of choices.entries())
        tell(`  ${i + 1}. ${printable(label ?? value)}${about ? `: ${printable(about)}` : ''}`);
      const preset = choices.findIndex((c) => c.value === proposal) + 1;
      const hint = preset > 0 ? `, Enter takes ${preset}` : '';
      return until(`Number, 1 to ${choices.length}${hint}`, (text) => {
        const wanted = text === '' && preset > 0 ? preset : /^\d+$/.test(text) ? Number(text) : 0;
        const found = choices[wanted - 1] ?? choices.find((c) => text !== '' && c.value === text);
        if (!found) throw `There is no ${text || 'such answer'}; give a number from 1 to ${choices.length}.`;
        return found.value;
      });
    },
    yesNo: ({ message }) =>
      until(`${message} (yes or no, Enter is no)`, (text) => {
        if (/^(y|yes)$/i.test(text)) return true;
        if (/^(n|no)?$/i.test(text)) return false;
        throw 'Answer yes or no.';
      }),
  };
}

async function askedLine(question: string, signal: AbortSignal): Promise<string> {
  // The terminal edits the line itself: readline would move the cursor for it.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await new Promise<string>((resolve, reject) => {
      // A closed input never answers the question.
      terminal.once('close', () => reject(unanswered(signal)));
      terminal.question(question, { signal }).then((text) => resolve(text.trim()), reject);
    });
  } catch (error) {
    process.stderr.write('\n');
    throw (error as Error).name === 'AbortError' ? unanswered(signal, error) : error;
  } finally {
    terminal.close();
  }
}
