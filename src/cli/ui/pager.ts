import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { leaveInterruptsToOthers } from '../interrupt.ts';
import { write } from '../streams.ts';
import {
  columnsOf,
  isAutomated,
  isDumb,
  isTerminal,
  rowsOf,
  wantsColour,
  wantsScreenReader,
} from './terminal.ts';
import { width } from './width.ts';

/** Exit codes of a shell that could not start what it was told to. */
const NOT_STARTED = new Set([126, 127]);

/**
 * Prints a text on stdout, and through the user's pager where it is longer than the screen: `SAHARA_PAGER`, else
 * `PAGER`, else less. Only where somebody looks at a terminal and can press keys; a pager that is empty, `cat` or not
 * there is none. Styles have to be in the text already. Leaving the pager early is no failure.
 */
export async function page(text: string): Promise<void> {
  const pager = process.env['SAHARA_PAGER'] ?? process.env['PAGER'] ?? 'less';
  const command = pager.trim();
  const wanted = command !== '' && command !== 'cat' && canPage() && isLong(text);
  if (!wanted || !(await shownBy(command, text))) await write(process.stdout, text);
}

function canPage(): boolean {
  const present = isTerminal('stdout') && process.stdin.isTTY === true;
  return present && !isDumb() && !isAutomated() && !wantsScreenReader();
}

/** Whether the text and the prompt after it take more lines than the terminal has. */
function isLong(text: string): boolean {
  const columns = columnsOf('stdout');
  const lines = text.replace(/\n$/, '').split('\n');
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
  return rows >= rowsOf('stdout');
}

/** Shows the text in the pager until it is left; false when there is no such pager. */
async function shownBy(command: string, text: string): Promise<boolean> {
  const env = {
    ...process.env,
    // As git has it: leave at once what fits, let colours through, keep the text on the screen.
    LESS: process.env['LESS'] ?? 'FRX',
    LV: process.env['LV'] ?? '-c',
    // Some pagers (bat, delta) paint by themselves unless they are told.
    ...(wantsColour('stdout') ? {} : { NO_COLOR: '1' }),
  };
  // Ctrl-C is a key of the pager's, and reaches us as well.
  const resume = leaveInterruptsToOthers();
  try {
    const child = startPager(command, env);
    // A reader that leaves early does not read the rest.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
    const code = await once(child, 'close').then(
      ([exit]) => exit as number | null,
      () => 127,
    );
    return code === null || !NOT_STARTED.has(code);
  } finally {
    resume();
  }
}

function startPager(command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const stdio: ['pipe', 'inherit', 'inherit'] = ['pipe', 'inherit', 'inherit'];
  // A shell only for what needs one: of a plain command we learn from the system whether it is there.
  if (/[|&;<>()$`\\"'*?[#~=%]/.test(command)) return spawn(command, { stdio, env, shell: true });
  const [program = '', ...args] = command.split(/\s+/);
  return spawn(program, args, { stdio, env });
}
