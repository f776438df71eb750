import { createInterface } from 'node:readline/promises';

export type Answer = 'yes' | 'no' | 'no-terminal';

/** Asks a yes/no question on the terminal; anything but yes is no. Ctrl-C rejects with an abort. */
export async function confirm(question: string): Promise<Answer> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'no-terminal';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim()) ? 'yes' : 'no';
  } finally {
    terminal.close();
  }
}
