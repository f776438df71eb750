import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Entry of the command line. Loads oclif only where there is a command to run. */
export async function main(argv: string[]): Promise<void> {
  if (argv[0] === 'complete' && (argv[1] === '--' || argv[1] === '--line'))
    return (await import('./completion/answer.ts')).answer(argv, root);
  const { answerQuickly } = await import('./quick.ts');
  const found = await answerQuickly(argv, root);
  if (!found) return;
  const { runCommand } = await import('./run.ts');
  await runCommand(found, found.rest, root);
}
