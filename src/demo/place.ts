import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { resetDevnet } from '../devnet/index.ts';

const MARK = '.sahara-demo';

/**
 * A clean folder for the demo: a new one, or that of an earlier demo, whose devnet and assets are removed.
 * A folder that is anything else is left alone.
 *
 * @throws FOLDER_EXISTS
 */
export async function cleanPlace(dir: string): Promise<string> {
  const root = resolve(dir);
  if (existsSync(root) && readdirSync(root).length > 0) {
    const mark = join(root, MARK);
    if (!existsSync(mark)) throw new SaharaError('FOLDER_EXISTS', { path: root });
    await resetDevnet(join(root, '.sahara'));
    const made = readFileSync(mark, 'utf8').split('\n').filter(Boolean);
    for (const name of ['.sahara', ...made].filter((n) => /^\.?[a-z0-9-]+(\.md)?$/i.test(n)))
      rmSync(join(root, name), { recursive: true, force: true });
  }
  mkdirSync(join(root, '.sahara'), { recursive: true });
  return root;
}

/** Notes what the demo is about to make, so that the next one may remove that and nothing else. */
export function markPlace(root: string, made: readonly string[]): void {
  writeFileSync(join(root, MARK), `${made.join('\n')}\n`);
}
