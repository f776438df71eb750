import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal, syncFolder } from '../durability/journal.ts';
import { digestOf, journalPath, listJournals, previousCheckpoint, setAside } from '../durability/store.ts';
import type { LiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { copyChecked, syncBelow } from './files.ts';
import { readManifest } from './folders.ts';
import { pendingFolder } from './is-pending.ts';
import { restoreLocal } from './local-state.ts';
import { CHAIN_FILE, MANIFEST_FILE, manifestText, PINS_FILE } from './manifest.ts';
import type { SnapshotManifest, SnapshotPin } from './types.ts';

/*
 * A restore is decided in one moment: when a whole and checked copy of the snapshot gets the name `restore` in the
 * devnet's folder. Before it nothing has been touched. After it whoever owns the devnet carries it out to the end,
 * now or after a crash: each step can be done again.
 */

/** Left where what was there could not be loaded, so that no snapshot of it was made: it is kept. */
const ASIDE = 'keep-aside';

/** A checked copy beside. @throws SNAPSHOT_DAMAGED */
export async function stage(
  paths: DevnetPaths,
  from: string,
  manifest: SnapshotManifest,
  keepAside = false,
): Promise<string> {
  const folder = join(paths.dir, `.restore-${randomBytes(4).toString('hex')}`);
  try {
    await copyChecked(from, folder, manifest);
    writeFileSync(join(folder, MANIFEST_FILE), manifestText(manifest));
    if (keepAside) writeFileSync(join(folder, ASIDE), '');
    syncBelow(folder);
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** From here on the devnet is what the snapshot says. */
export function decide(paths: DevnetPaths, staged: string): void {
  renameSync(staged, pendingFolder(paths));
  syncFolder(paths.dir);
}

/** The first part, while no chain runs: its files, and what lies beside. @returns where the former ones are kept, if they are */
export async function putInPlace(paths: DevnetPaths, stateDir: string): Promise<string | null> {
  const folder = pendingFolder(paths);
  const manifest = readManifest(folder, 'restore');
  const aside = existsSync(join(folder, ASIDE)) ? keepFormer(paths, folder) : null;
  putChain(paths, folder, manifest);
  await restoreLocal(stateDir, folder, manifest);
  return aside;
}

function keepFormer(paths: DevnetPaths, folder: string): string | null {
  const { journals, unreadable } = listJournals(paths);
  const files = [
    paths.chainState,
    previousCheckpoint(paths),
    ...journals.map(({ path }) => path),
    ...unreadable,
  ];
  const aside = files.some((file) => existsSync(file)) ? setAside(paths, files) : null;
  rmSync(join(folder, ASIDE), { force: true });
  return aside;
}

/**
 * A new generation, as `writeCheckpoint` makes one, whose checkpoint is there already. Nothing older leads to it, so
 * what is older goes: what was there before is in a snapshot of its own.
 */
function putChain(paths: DevnetPaths, folder: string, { chain, files }: SnapshotManifest): void {
  const staged = join(folder, CHAIN_FILE);
  const sha256 = files.find(({ path }) => path === CHAIN_FILE)?.sha256 ?? '';
  const { journals, unreadable } = listJournals(paths);
  const isOurs = (journal: (typeof journals)[number]) =>
    journal.header.base.kind === 'checkpoint' && journal.header.base.sha256 === sha256;
  let sequence = journals.findLast(isOurs)?.header.sequence;
  if (existsSync(staged)) {
    sequence = (journals.at(-1)?.header.sequence ?? -1) + 1;
    const { number, hash } = chain.head;
    createJournal(journalPath(paths, sequence), {
      t: 'header',
      format: 1,
      sequence,
      base: { kind: 'checkpoint', sha256 },
      continues: false,
      head: { number, hash },
      mining: chain.mining,
    }).close();
    renameSync(staged, paths.chainState);
    syncFolder(paths.dir);
  }
  // The chain went on from there before all else was done: its own generations are in order.
  if (sequence === undefined) return;
  const previous = previousCheckpoint(paths);
  if (digestOf(previous) !== sha256 && digestOf(paths.chainState) === sha256)
    rmSync(previous, { force: true });
  for (const { path, header } of journals) if (header.sequence < sequence) rmSync(path, { force: true });
  for (const path of unreadable) rmSync(path, { force: true });
}

/** The second part, when the content node answers. @returns pins whose content is not there any more */
export async function putPins(
  paths: DevnetPaths,
  { kind, api }: Pick<LiveState['content'], 'kind' | 'api'>,
): Promise<string[]> {
  const [{ openContent }, { restorePins }] = await Promise.all([
    import('../../content/manage/access.ts'),
    import('./restore-pins.ts'),
  ]);
  const pins = JSON.parse(readFileSync(join(pendingFolder(paths), PINS_FILE), 'utf8')) as SnapshotPin[];
  const access = openContent({ api });
  try {
    return await restorePins(access, pins, kind !== 'external');
  } finally {
    access.close();
  }
}

/** All of it is done. */
export function finish(paths: DevnetPaths): void {
  const done = join(paths.dir, `.restore-${randomBytes(4).toString('hex')}`);
  renameSync(pendingFolder(paths), done);
  syncFolder(paths.dir);
  rmSync(done, { recursive: true, force: true });
}
