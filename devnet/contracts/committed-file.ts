/** Generated files are committed: they are either written, or (`--check`) compared with what would be written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/**
 * Writes `files` (absolute path -> text), or with `--check` among the arguments only compares them.
 * Sets the exit code to 1 if a committed file is stale.
 */
export function emitFiles(files: ReadonlyMap<string, string>, regenerate: string): void {
  const check = process.argv.includes('--check');
  const stale = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
  const names = stale.map(([path]) => relative(process.cwd(), path)).join(', ');
  if (check) {
    if (stale.length > 0) {
      process.stderr.write(`Stale: ${names}. Run: ${regenerate}\n`);
      process.exitCode = 1;
    } else process.stdout.write(`${files.size} generated files are current.\n`);
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  process.stdout.write(stale.length > 0 ? `Written: ${names}\n` : 'Nothing changed.\n');
}
