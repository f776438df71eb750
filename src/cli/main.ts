import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Entry of the command line. Loads oclif only where there is a command to run. */
export async function main(argv: string[]): Promise<void> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
    const { name, version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
    process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
    return;
  }
  if (argv[0] === 'complete' && (argv[1] === '--' || argv[1] === '--line'))
    return (await import('./completion/answer.ts')).answer(argv, root);
  const { runCommandLine } = await import('./run.ts');
  await runCommandLine(argv, root);
}
