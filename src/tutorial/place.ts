import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import { isFreeForFolder } from '../base/free-folder.ts';
import { stateFolder } from '../config/index.ts';
import { resetDevnet } from '../devnet/index.ts';
import { TUTORIAL_STEPS } from './steps.ts';

/** How far a tutorial is. */
export type TutorialPlace = {
  /** Absolute path of its folder. */
  root: string;
  /** Index of the step that comes next; the number of steps when it is finished; null when it was never begun. */
  next: number | null;
};

const FILE = 'tutorial.json';
const stateDir = (root: string) => join(root, '.sahara');

/**
 * Where the tutorial is: the named folder, else the working folder when a tutorial is in it, else `sahara-tutorial`.
 *
 * @throws FOLDER_EXISTS when something else is in that folder
 */
export function findTutorial(cwd: string, dir: string | undefined): TutorialPlace {
  const root = resolve(cwd, dir ?? (readNext(cwd) === undefined ? 'sahara-tutorial' : '.'));
  const next = readNext(root);
  if (next !== undefined) return { root, next };
  if (existsSync(root) && !statSync(root).isDirectory())
    throw new SaharaError('NOT_A_FOLDER', { path: root });
  if (!isFreeForFolder(root) && made(root).length > 0) throw new SaharaError('FOLDER_EXISTS', { path: root });
  return { root, next: null };
}

/** Makes the folder a project of its own, before any command runs in it. */
export function beginTutorial(root: string): void {
  rememberStep(root, 0);
}

/** Notes which step comes next. */
export function rememberStep(root: string, next: number): void {
  const id = TUTORIAL_STEPS[next]?.id ?? null;
  writeFileAtomic(join(stateFolder(stateDir(root), []), FILE), `${JSON.stringify({ next: id })}\n`);
}

/**
 * Stops the tutorial's devnet and removes it, and puts everything else aside, as some of it may have been changed.
 *
 * @returns the folder, below the tutorial's, that has now what was made before; null when there was nothing
 */
export async function clearTutorial(root: string): Promise<string | null> {
  await resetDevnet(stateDir(root));
  rmSync(stateDir(root), { recursive: true, force: true });
  const names = made(root);
  if (names.length === 0) return null;
  let number = 1;
  while (existsSync(join(root, `earlier-${number}`))) number++;
  const aside = `earlier-${number}`;
  mkdirSync(join(root, aside));
  for (const name of names) renameSync(join(root, name), join(root, aside, name));
  return aside;
}

/** What is in the folder, but for what was put aside. */
function made(root: string): string[] {
  return readdirSync(root).filter((name) => !/^earlier-\d+$/.test(name));
}

function readNext(root: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(stateDir(root), FILE), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { next } = JSON.parse(text) as { next: string | null };
    if (next === null) return TUTORIAL_STEPS.length;
    // A step that this version of the toolkit does not have.
    return Math.max(
      TUTORIAL_STEPS.findIndex((s) => s.id === next),
      0,
    );
  } catch {
    return 0;
  }
}
