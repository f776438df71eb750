import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { isFreeForFolder } from '../base/free-folder.ts';
import { makeFolder } from '../base/make-folder.ts';
import { resetDevnet } from '../devnet/index.ts';

const MARK = '.sahara-demo';

/** What a demo made, and the digests of that once it was done: what differs later was changed by somebody. */
type Mark = { made: string[]; digests: Record<string, string> };

/**
 * A clean folder for the demo: a new one, or that of an earlier demo, whose devnet and assets are removed. What
 * somebody has changed since is put aside under another name, and a folder that is anything else is left alone.
 *
 * @returns `kept`: where changed things are now
 * @throws FOLDER_EXISTS
 */
export async function cleanPlace(dir: string): Promise<{ root: string; kept: string[] }> {
  const root = resolve(dir);
  const kept: string[] = [];
  const mark = assertPlace(root);
  if (mark) {
    await resetDevnet(join(root, '.sahara'));
    rmSync(join(root, '.sahara'), { recursive: true, force: true });
    for (const name of mark.made.filter((n) => /^[a-z0-9-]+(\.md)?$/i.test(n) && existsSync(join(root, n)))) {
      const made = mark.digests[name];
      if (made === undefined || made === digestOf(join(root, name)))
        rmSync(join(root, name), { recursive: true });
      else kept.push(putAside(root, name));
    }
  }
  makeFolder(join(root, '.sahara'));
  return { root, kept };
}

/** That a demo may be made there: what an earlier one left, undefined where there was none. @throws FOLDER_EXISTS */
export function assertPlace(root: string): Mark | undefined {
  if (isFreeForFolder(root)) return undefined;
  const mark = readMark(root);
  if (!mark) throw new SaharaError('FOLDER_EXISTS', { path: root });
  return mark;
}

/** Notes what the demo is about to make, so that the next one may remove that and nothing else. */
export function markPlace(root: string, made: readonly string[]): void {
  writeMark(root, { made: [...made], digests: {} });
}

/** Notes what the demo has made, once it is done. */
export function sealPlace(root: string, made: readonly string[]): void {
  writeMark(root, {
    made: [...made],
    digests: Object.fromEntries(made.map((name) => [name, digestOf(join(root, name))])),
  });
}

function readMark(root: string): Mark | undefined {
  try {
    const { made, digests } = JSON.parse(readFileSync(join(root, MARK), 'utf8')) as Mark;
    return { made, digests };
  } catch {
    return undefined;
  }
}

function writeMark(root: string, mark: Mark): void {
  writeFileSync(join(root, MARK), `${JSON.stringify(mark, null, 2)}\n`);
}

function putAside(root: string, name: string): string {
  for (let i = 1; ; i++) {
    const aside = join(root, `${name}.kept-${i}`);
    if (existsSync(aside)) continue;
    renameSync(join(root, name), aside);
    return aside;
  }
}

/** One digest over the names and bytes of a file or of everything in a folder. */
function digestOf(path: string): string {
  const hash = createHash('sha256');
  const entries = readdirEntries(path);
  for (const file of entries) {
    const bytes = readFileSync(file);
    hash.update(`${relative(path, file).split(sep).join('/')}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function readdirEntries(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
