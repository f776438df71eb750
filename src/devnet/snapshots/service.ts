import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { type ContentAccess, openContent } from '../../content/manage/access.ts';
import type { LiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import type { ChainService } from '../supervisor/chain.ts';
import { adopt } from './adopt.ts';
import {
  assertSnapshotName,
  BEFORE,
  goneOf,
  listed,
  readSnapshot,
  removeSnapshot,
  snapshotFolder,
  snapshotNames,
  sweepFolders,
} from './folders.ts';
import { LOCAL, localFiles, partOf } from './local-state.ts';
import { assertOurs, CHAIN_FILE, PINS_FILE } from './manifest.ts';
import { dropMarks, holdsMark, readPins } from './mark.ts';
import { decide, finish, putInPlace, putPins, stage } from './pending.ts';
import type { RestoredSnapshot, SavedSnapshot, SnapshotManifest, SnapshotRequest } from './types.ts';
import { type SnapshotSource, writeSnapshot } from './write-snapshot.ts';

/** What the snapshots of a running devnet need of its supervisor. */
export type SnapshotHost = {
  paths: DevnetPaths;
  stateDir: string;
  live(): LiveState;
  chain(): ChainService | undefined;
  /** Ends the chain, does `between`, and starts it again on its port, whatever came of that. */
  replaceChain(between: () => Promise<void>): Promise<void>;
  log(line: string): void;
};

/** One thing after the other: whoever asks waits until those before are done. */
export function snapshotService(host: SnapshotHost): (request: SnapshotRequest) => Promise<unknown> {
  const perform = async (request: SnapshotRequest): Promise<unknown> => {
    assertSnapshotName(request.name);
    tidy(host.paths);
    const { api, kind } = host.live().content;
    const content = openContent({ api });
    try {
      if (request.op === 'restore') return await restore(host, content, request.name);
      const source = sourceOf(host, content);
      const saved = (manifest: SnapshotManifest): SavedSnapshot => ({ ...listed(manifest), changed: true });
      if (request.op === 'save') return saved(await writeSnapshot(source, request.name, request.force));
      if (request.op === 'adopt') return saved(await adopt(source, request));
      const gone = goneOf(host.paths, request.name);
      removeSnapshot(host.paths, request.name);
      return gone;
    } finally {
      try {
        // On a node that others use as well there may be marks of theirs.
        if (kind !== 'external') await dropMarks(content, marksIn(host.paths));
      } catch (error) {
        host.log(`what no snapshot needs stays pinned for now: ${(error as Error).message}`);
      }
      content.close();
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const turn = last.then(() => perform(request)).catch((error) => Promise.reject(foreseen(error)));
    last = turn.catch(() => {});
    return turn;
  };
}

/** What the disk refuses is nothing that a caller could not mend. */
function foreseen(error: NodeJS.ErrnoException): Error {
  const { code, path } = error;
  if (error instanceof SaharaError) return error;
  if (code === 'ENOSPC') return new SaharaError('DISK_FULL', { path: path ?? null }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new SaharaError('FILE_DENIED', { path: path ?? '?', reason: code }, { cause: error });
  return error;
}

/** What a killed process left. */
function tidy(paths: DevnetPaths): void {
  sweepFolders(paths);
  for (const name of readdirSync(paths.dir))
    if (/^\.restore-[0-9a-f]{8}$/.test(name)) rmSync(join(paths.dir, name), { recursive: true, force: true });
}

function sourceOf({ paths, stateDir, live, chain }: SnapshotHost, content: ContentAccess): SnapshotSource {
  const running = chain();
  if (!running) throw new Error('the chain is not there');
  return {
    paths,
    stateDir,
    live: live(),
    content,
    checkpoint: (use) => running.withCheckpoint(use),
  };
}

/** Of all snapshots. One that cannot be read may need any: then the caller lets go nothing. */
function marksIn(paths: DevnetPaths): Set<string> {
  return new Set(
    snapshotNames(paths).flatMap((name) => {
      const { mark } = readSnapshot(paths, name).content;
      return mark === null ? [] : [mark];
    }),
  );
}

/**
 * All is looked at before anything is touched; then what is there is saved; then it is decided, in one moment; and what
 * follows can be done again by whoever comes after a crash.
 */
async function restore(host: SnapshotHost, content: ContentAccess, name: string): Promise<RestoredSnapshot> {
  const { paths } = host;
  const manifest = readSnapshot(paths, name);
  assertOurs(manifest);
  if (!(await holdsMark(content, manifest.content.mark)))
    throw new SaharaError('SNAPSHOT_CONTENT_MISSING', {
      name,
      reason: `the content node (${host.live().content.kind}) has not all that it needs`,
    });
  const result = { snapshot: listed(manifest), aside: null };
  const staged = await stage(paths, snapshotFolder(paths, name), manifest);
  try {
    if (await isSame(host, content, manifest)) {
      rmSync(staged, { recursive: true, force: true });
      return { ...result, changed: false, before: null, missing: [] };
    }
    const source = sourceOf(host, content);
    const running = host.chain();
    let held = false;
    const save = () =>
      writeSnapshot(
        {
          ...source,
          // From here on no block is made: nothing can be reported as done that neither snapshot has.
          checkpoint: (use) =>
            running
              ? running.withCheckpoint((at) => {
                  held = true;
                  return use(at);
                }, true)
              : Promise.reject(new Error('the chain is not there')),
        },
        BEFORE,
        true,
      );
    try {
      await save();
      decide(paths, staged);
    } catch (error) {
      // It makes no blocks any more, so it begins anew from where it was.
      if (held) await host.replaceChain(async () => {});
      throw error;
    }
  } finally {
    if (existsSync(staged)) rmSync(staged, { recursive: true, force: true });
  }
  host.log(`restoring the snapshot ${name}`);
  await host.replaceChain(async () => {
    await putInPlace(paths, host.stateDir);
  });
  if (!host.chain())
    throw new SaharaError('SNAPSHOT_UNFINISHED', { name, reason: 'the chain could not be started on it' });
  let missing: string[];
  try {
    missing = await putPins(paths, host.live().content);
  } catch (error) {
    const reason = `the chain is what it says, and the pins could not be made (${(error as Error).message})`;
    throw new SaharaError('SNAPSHOT_UNFINISHED', { name, reason }, { cause: error });
  } finally {
    // Left undone now, it must not be done later over what has come since; restoring again does it.
    finish(paths);
  }
  host.log(`the snapshot ${name} is restored`);
  return { ...result, changed: true, before: BEFORE, missing };
}

/** Whether the devnet is just so: then there is nothing to restore, and nothing that could be lost. */
async function isSame(
  { paths, stateDir, chain }: SnapshotHost,
  content: ContentAccess,
  manifest: SnapshotManifest,
): Promise<boolean> {
  const { files } = manifest;
  const saved = files.find(({ path }) => path === CHAIN_FILE)?.sha256;
  const isSameChain = await chain()?.withCheckpoint(
    async ({ sha256, mining }) =>
      sha256 === saved && JSON.stringify(mining) === JSON.stringify(manifest.chain.mining),
  );
  if (!isSameChain) return false;
  const pins = JSON.stringify(await readPins(content));
  if (pins !== readFileSync(join(snapshotFolder(paths, manifest.name), PINS_FILE), 'utf8')) return false;
  const { digestOf } = await import('../durability/store.ts');
  const there = new Set(localFiles(stateDir, manifest.chain));
  const kept = new Map(
    files.flatMap(({ path, sha256 }) => (path.startsWith(LOCAL) ? [[path.slice(LOCAL.length), sha256]] : [])),
  );
  for (const [path, sha256] of kept) {
    if (!there.has(path)) return false;
    const isAsItIs = partOf(path)?.back === 'missing' || digestOf(join(stateDir, path)) === sha256;
    if (!isAsItIs) return false;
  }
  return [...there].every((path) => partOf(path)?.back !== 'exactly' || kept.has(path));
}
