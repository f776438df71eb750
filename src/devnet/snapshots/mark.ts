import { randomBytes } from 'node:crypto';
import { exportCar } from '../../content/car.ts';
import { blockKey, type CID, inlined, parseCid, RAW } from '../../content/cid.ts';
import { folderDag } from '../../content/folder-dag.ts';
import { cidOf, type Key, keyOf } from '../../content/key.ts';
import type { ContentAccess } from '../../content/manage/access.ts';
import { listPins } from '../../content/manage/pinning.ts';
import type { SnapshotPin } from './types.ts';

/** Pins of this name keep what a snapshot needs, and are no part of the economy. */
export const MARK_NAME = 'sahara-snapshot ';

const LONG_MS = 600_000;

export const isMark = ({ name }: { name: string }): boolean => name.startsWith(MARK_NAME);

/** All that is pinned but the marks of snapshots, by address. */
export async function readPins(access: ContentAccess, signal?: AbortSignal): Promise<SnapshotPin[]> {
  const pins = (await listPins(access, signal)).filter((pin) => !isMark(pin));
  return pins.sort((a, b) => (a.cid < b.cid ? -1 : a.cid > b.cid ? 1 : 0));
}

export type Mark = { cid: string; blocks: { cid: CID; bytes: Uint8Array }[] };

/**
 * A folder that links to all that is pinned. Pinned recursively it keeps all of it from garbage collection, on any node
 * of IPFS, with no list that somebody else would have to heed; and one CAR of it holds everything.
 *
 * @param id makes the folder of each snapshot another one, as an address can be pinned once only
 * @returns undefined where there is nothing to keep
 */
export function markOf(id: string, pins: readonly SnapshotPin[]): Mark | undefined {
  const links = pins.flatMap(({ cid, type }, i) => {
    const key = keyFor(cid, type);
    return key === undefined ? [] : [{ name: `${id}-${i}`, key, tsize: 0 }];
  });
  if (links.length === 0) return undefined;
  const blocks: Mark['blocks'] = [];
  const root = folderDag(
    links,
    (key, bytes) => void blocks.push({ cid: cidOf(key), bytes: Buffer.from(bytes) }),
  );
  return { cid: cidOf(root.key).toString(), blocks: blocks.reverse() };
}

/** Of what is pinned directly only its one block is to be kept: linked to as a leaf, it has nothing below it. */
function keyFor(text: string, type: SnapshotPin['type']): Key | undefined {
  const cid = parseCid(text);
  if (inlined(cid) !== undefined) return undefined;
  const v1 = cid.toV1();
  const leaf = v1.code === RAW || type === 'recursive' ? v1.toString() : undefined;
  if (leaf !== undefined) return keyOf(leaf);
  return `\u0001\u0055${blockKey(cid)}`;
}

/** Sends the folder's own blocks, and pins it. @throws CONTENT_NOT_FOUND when something that it links to is not there */
export async function pinMark(access: ContentAccess, mark: Mark, snapshot: string): Promise<void> {
  const boundary = `sahara-${randomBytes(16).toString('hex')}`;
  const chunks = async function* () {
    yield Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="mark.car"\r\n` +
        'Content-Type: application/vnd.ipld.car\r\n\r\n',
    );
    yield* exportCar([parseCid(mark.cid)], mark.blocks);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  await access.rpc.lines({
    endpoint: 'dag/import',
    query: { 'pin-roots': false, stats: true },
    body: { type: `multipart/form-data; boundary=${boundary}`, chunks: chunks() },
    timeoutMs: LONG_MS,
  });
  await access.rpc.json({
    endpoint: 'pin/add',
    query: { arg: mark.cid, recursive: true, name: `${MARK_NAME}${snapshot}`, offline: true },
    timeoutMs: LONG_MS,
  });
}

/** Whether all that a snapshot needs is there and kept. */
export async function holdsMark(access: ContentAccess, mark: string | null): Promise<boolean> {
  return mark === null || isWhole(access, { cid: mark, type: 'recursive' });
}

/** Whether this is pinned, and all that the pin needs is there. */
export function isWhole(
  access: ContentAccess,
  { cid, type }: Pick<SnapshotPin, 'cid' | 'type'>,
): Promise<boolean> {
  const query = { arg: cid, type };
  return access.rpc.json({ endpoint: 'pin/ls', query, timeoutMs: LONG_MS }).then(
    () => true,
    () => false,
  );
}

/** Lets go what no snapshot needs any more. @param needed the marks of all snapshots */
export async function dropMarks(access: ContentAccess, needed: ReadonlySet<string>): Promise<void> {
  for (const pin of await listPins(access))
    if (isMark(pin) && !needed.has(pin.cid))
      await access.rpc.json({ endpoint: 'pin/rm', query: { arg: pin.cid, recursive: true } });
}
