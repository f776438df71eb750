import { paint } from '../output.ts';
import { bold, dim } from './text.ts';

type Step = { title: string; why: readonly string[]; command: string };

/** A step on the way: where we are, why, and the command that is about to run. Goes to stderr. */
export function stepText({ title, why, command }: Step, number: number, total: number): string {
  return [
    '',
    `${paint('bold', `Step ${number} of ${total}: ${title}`)}`,
    ...why,
    '',
    `${paint('dim', '$')} ${paint('cyan', command)}`,
  ].join('\n');
}

/** All steps, to be read or run by hand. Goes to stdout. */
export function stepsText(steps: readonly Step[]): string {
  return steps
    .map(({ title, why, command }, i) =>
      [bold(`${i + 1}. ${title}`), ...why.map((line) => `   ${dim(line)}`), `   $ ${command}`].join('\n'),
    )
    .join('\n\n');
}
