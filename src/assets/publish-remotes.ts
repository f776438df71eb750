import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isError, SaharaError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { buildPathDag, type Dag, type OpenedRemote } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';

/** What a remote got: nothing where it had the release already. */
export type RemoteCopy = {
  name: string;
  /** What was sent to it, bytes; 0 where it had all. */
  sentBytes: number;
};

export type Copies = { copies: RemoteCopy[]; failed: { name: string; reason: string }[] };

const FAILURES = [
  'CONTENT_UNAVAILABLE',
  'CONTENT_TIMEOUT',
  'CONTENT_REJECTED',
  'CONTENT_CORRUPT',
  'CONTENT_NOT_FOUND',
  'REMOTE_DENIED',
] as const;

/** Puts a release on every remote, one after the other. One that fails does not keep the others from getting it. */
export async function copyToRemotes(
  context: SigningContext,
  remotes: readonly OpenedRemote[],
  name: string,
  release: (remote: OpenedRemote) => Promise<Dag | null>,
): Promise<Copies> {
  const { signal, progress, logger } = context;
  const copies: RemoteCopy[] = [];
  const failed: Copies['failed'] = [];
  for (const remote of remotes) {
    try {
      const dag = await release(remote);
      const { sentBytes } =
        dag === null ? { sentBytes: 0 } : await remote.store.put(dag, { name, signal, progress, logger });
      copies.push({ name: remote.name, sentBytes });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SaharaError) || !FAILURES.some((id) => isError(error, id))) throw error;
      failed.push({ name: remote.name, reason: error.message.replace(/\.$/, '') });
    }
  }
  return { copies, failed };
}

/**
 * @param failure.stored whether the devnet has it: it may have lost what was signed elsewhere
 * @throws REMOTE_INCOMPLETE when a remote failed
 */
export function assertOnAll(
  { copies, failed }: Copies,
  remotes: readonly OpenedRemote[],
  {
    what,
    dir,
    registered,
    stored,
    account,
  }: { what: string; dir: string; registered: boolean; stored: boolean; account: string },
): void {
  if (failed.length === 0) return;
  const again = [
    'sahara',
    'publish',
    dir,
    ...remotes.flatMap((r) => ['--remote', r.name]),
    '--account',
    account,
  ];
  throw new SaharaError('REMOTE_INCOMPLETE', {
    what,
    registered,
    failed,
    done: [...(stored ? ['the devnet'] : []), ...copies.map((c) => `"${c.name}"`)],
    again: again.map(shellQuote).join(' '),
  });
}

/**
 * A release that cannot be made again here, as its signature is somebody else's, from the project's own store. It is
 * on disk as long as `use` runs.
 */
export async function withStoredRelease<R>(
  { content, project, signal, progress }: SigningContext,
  root: string,
  use: (release: Dag) => Promise<R>,
): Promise<R> {
  makeFolder(project.stateDir);
  const folder = mkdtempSync(join(project.stateDir, 'release-'));
  try {
    const to = join(folder, 'release');
    await content.fetchTo(root, to, { signal, progress });
    const release = await buildPathDag(to, { signal });
    if (release.root !== root)
      throw new SaharaError('CONTENT_CORRUPT', { cid: root, reason: 'its files have another address' });
    return await use(release);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
