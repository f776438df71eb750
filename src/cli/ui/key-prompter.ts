import { confirm, input, password, select } from '@inquirer/prompts';
import { printable } from '../../base/printable.ts';
import { problemWith, unanswered } from '../answers.ts';
import { paint } from '../output.ts';
import type { Choice, Prompter } from '../prompts.ts';

/** ASCII only: what inquirer takes by default is not in every locale and font. */
const theme = {
  prefix: { idle: paint('cyan', '?'), done: paint('green', '?') },
  style: { error: (text: string) => paint('red', text) },
};
const selectTheme = {
  ...theme,
  icon: { cursor: '>' },
  style: { keysHelpTip: () => paint('dim', 'Arrow keys move, Enter takes.') },
};

/** Prompts that are answered with arrow keys and edited in place. */
export function keyPrompter(signal: AbortSignal): Prompter {
  return {
    text: ({ message, proposal, validate, fleeting = false }) =>
      attended(signal, (context) =>
        input(
          {
            message,
            theme,
            ...(proposal === undefined ? {} : { default: proposal }),
            validate: async (text) => (await problemWith(text.trim(), validate)) ?? true,
          },
          { ...context, clearPromptOnDone: fleeting },
        ),
      ).then((text) => text.trim()),
    choice: ({ message, choices, proposal }) =>
      attended(signal, (context) =>
        select(
          {
            message,
            theme: selectTheme,
            loop: false,
            pageSize: 10,
            choices: inColumns(choices),
            ...(proposal === undefined ? {} : { default: proposal }),
          },
          context,
        ),
      ),
    yesNo: ({ message }) =>
      attended(signal, (context) => confirm({ message, theme, default: false }, context)),
  };
}

/** Something that is not shown while it is typed, nor afterwards. */
export function askSecret(signal: AbortSignal, message: string): Promise<string> {
  return attended(signal, (context) => password({ message, theme }, context));
}

/** Labels in one column, what they are in the next; the label alone is what stays on the screen. */
function inColumns(choices: readonly Choice[]) {
  const labels = choices.map((c) => printable(c.label ?? c.value));
  const width = Math.max(...labels.map((l) => l.length));
  return choices.map(({ value, about }, i) => {
    const short = labels[i] ?? value;
    return { value, short, name: about ? `${short.padEnd(width)}  ${printable(about)}` : short };
  });
}

type Context = { output: NodeJS.WriteStream; signal: AbortSignal };

/** Asks, for as long as somebody is there: inquirer waits for ever when its input ends. */
async function attended<T>(signal: AbortSignal, ask: (context: Context) => Promise<T>): Promise<T> {
  const left = new AbortController();
  const leave = () => left.abort('SIGINT');
  const onKey = (_: string, key: { ctrl?: boolean; name?: string } | undefined) => {
    if (key?.ctrl && key.name === 'd') leave();
  };
  process.stdin.on('keypress', onKey).on('end', leave).on('close', leave);
  try {
    return await ask({ output: process.stderr, signal: AbortSignal.any([signal, left.signal]) });
  } catch (error) {
    const { name } = error as Error;
    throw name === 'ExitPromptError' || name === 'AbortPromptError' ? unanswered(signal, error) : error;
  } finally {
    process.stdin.off('keypress', onKey).off('end', leave).off('close', leave);
  }
}
