import { isError } from '../../base/errors.ts';
import type { ContentAccess } from '../../content/manage/access.ts';
import { ordered } from '../../content/ordered.ts';
import { readPins } from './mark.ts';
import type { SnapshotPin } from './types.ts';

/** Pins that are made at the same time; and how many of them one request takes away. */
const AT_ONCE = 8;
const PER_REQUEST = 50;
const LONG_MS = 600_000;

/**
 * Makes the pins what they were. What is pinned since is let go, though it stays as long as another snapshot has it.
 *
 * @param exactly false on a node that is not the devnet's own: what others have pinned there is theirs
 * @returns those whose content is not there any more
 */
export async function restorePins(
  access: ContentAccess,
  wanted: readonly SnapshotPin[],
  exactly: boolean,
): Promise<string[]> {
  const now = new Map((await readPins(access)).map((pin) => [pin.cid, pin]));
  const isThere = ({ cid, type, name }: SnapshotPin) => {
    const pin = now.get(cid);
    return pin !== undefined && pin.type === type && pin.name === name;
  };
  const missing: string[] = [];
  for await (const lost of ordered(
    wanted.filter((pin) => !isThere(pin)),
    AT_ONCE,
    async (pin) => ((await pinAgain(access, pin, now.get(pin.cid))) ? undefined : pin.cid),
  ))
    if (lost !== undefined) missing.push(lost);
  const kept = new Set(wanted.map(({ cid }) => cid));
  const gone = exactly ? [...now.values()].filter(({ cid }) => !kept.has(cid)) : [];
  for (const type of ['recursive', 'direct'] as const) {
    const cids = gone.filter((pin) => pin.type === type).map(({ cid }) => cid);
    for (let at = 0; at < cids.length; at += PER_REQUEST)
      await access.rpc.json({
        endpoint: 'pin/rm',
        query: { arg: cids.slice(at, at + PER_REQUEST), recursive: type === 'recursive' },
        timeoutMs: LONG_MS,
      });
  }
  return missing;
}

/** False when what it needs is not there. */
async function pinAgain(
  access: ContentAccess,
  { cid, type, name }: SnapshotPin,
  now: SnapshotPin | undefined,
): Promise<boolean> {
  if (now?.type === 'recursive' && type === 'direct')
    await access.rpc.json({ endpoint: 'pin/rm', query: { arg: cid, recursive: true } });
  const query = { arg: cid, recursive: type === 'recursive', name, offline: true };
  try {
    await access.rpc.json({ endpoint: 'pin/add', query, timeoutMs: LONG_MS });
    return true;
  } catch (error) {
    if (isError(error, 'CONTENT_NOT_FOUND') || isError(error, 'CONTENT_CORRUPT')) return false;
    throw error;
  }
}
