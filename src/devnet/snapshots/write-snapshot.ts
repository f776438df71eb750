import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { isError, SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { ContentAccess } from '../../content/manage/access.ts';
import type { Checkpoint } from '../durability/durability.ts';
import { genesisDigest } from '../durability/plan.ts';
import type { LiveState } from '../live-state.ts';
import type { DevnetPaths } from '../paths.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { copySynced, syncBelow, syncFile } from './files.ts';
import { BEFORE, draftFolder, putSnapshot, snapshotFolder } from './folders.ts';
import { LOCAL, localFiles, partOf } from './local-state.ts';
import { CHAIN_FILE, MANIFEST_FILE, manifestText, PINS_FILE } from './manifest.ts';
import { isWhole, type Mark, markOf, pinMark, readPins } from './mark.ts';
import { FORMAT, type SnapshotFile, type SnapshotManifest, type SnapshotPin } from './types.ts';

/** A running devnet, as its supervisor has it. */
export type SnapshotSource = {
  paths: DevnetPaths;
  stateDir: string;
  live: LiveState;
  content: ContentAccess;
  /** The newest checkpoint, made where there is none of this moment. It stays as it is until `use` is done. */
  checkpoint<T>(use: (at: Checkpoint) => Promise<T>): Promise<T>;
};

/** The first four bytes of the keccak-256 of `assetCount()`, and where it is asked. */
const ASSET_COUNT = '0xeafe7a74';

/**
 * Saves all of a devnet under a name. It is made beside and put in its place whole.
 *
 * The chain first: content is there before the chain speaks of it, so that the pins which are read afterwards hold all
 * that the saved chain knows.
 *
 * @throws SNAPSHOT_EXISTS, SNAPSHOT_CONTENT_MISSING, SNAPSHOT_NOT_SAVED
 */
export async function writeSnapshot(
  source: SnapshotSource,
  name: string,
  force: boolean,
): Promise<SnapshotManifest> {
  const { paths } = source;
  if (!force && existsSync(snapshotFolder(paths, name))) throw new SaharaError('SNAPSHOT_EXISTS', { name });
  let draft: string | undefined;
  try {
    draft = draftFolder(paths, 'new');
    const manifest = await write(source, name, draft);
    putSnapshot(paths, draft, name);
    return manifest;
  } catch (error) {
    if (draft) rmSync(draft, { recursive: true, force: true });
    if (isError(error, 'CONTENT_NOT_FOUND') || isError(error, 'CONTENT_CORRUPT'))
      throw new SaharaError(
        'SNAPSHOT_CONTENT_MISSING',
        { name, reason: (error as Error).message },
        { cause: error },
      );
    if (error instanceof SaharaError) throw error;
    throw new SaharaError('SNAPSHOT_NOT_SAVED', { name, reason: (error as Error).message }, { cause: error });
  }
}

async function write(source: SnapshotSource, name: string, draft: string): Promise<SnapshotManifest> {
  const { stateDir, live, content } = source;
  const id = randomBytes(8).toString('hex');
  const files: SnapshotFile[] = [];
  const copy = async (from: string, path: string, mode: number) => {
    makeFolder(dirname(join(draft, path)), 0o700);
    files.push({ path, ...(await copySynced(from, join(draft, path), mode)) });
  };
  const chain = await source.checkpoint(async ({ path, head, mining }) => {
    await copy(path, CHAIN_FILE, 0o644);
    return { head, mining, ...(await factsOf(live, head.number)) };
  });
  const pins = await readPins(content);
  const mark = await keep(content, id, name, pins);
  const pinsFile = join(draft, `${PINS_FILE}.tmp`);
  writeFileSync(pinsFile, JSON.stringify(pins));
  await copy(pinsFile, PINS_FILE, 0o644);
  rmSync(pinsFile);
  const about = { id: live.chain.chainId, firstBlock: chain.firstBlock };
  const local = localFiles(stateDir, about);
  for (const path of local)
    await copy(join(stateDir, path), LOCAL + path, partOf(path)?.isPrivate ? 0o600 : 0o644);
  const manifest: SnapshotManifest = {
    format: FORMAT,
    name,
    id,
    createdAt: new Date().toISOString(),
    chain: {
      ...about,
      genesisSha256: genesisDigest(),
      genesisHash: live.chain.genesisHash,
      head: { ...chain.head, time: chain.time },
      mining: chain.mining,
    },
    content: { kind: live.content.kind, mark: mark?.cid ?? null },
    counts: { assets: chain.assets, pins: pins.length, localFiles: local.length },
    files,
  };
  writeFileAtomic(join(draft, MANIFEST_FILE), manifestText(manifest));
  syncBelow(draft);
  return manifest;
}

/** What a restore replaces is saved in any case: content that is lost already does not keep anybody from going back. */
async function keep(
  content: ContentAccess,
  id: string,
  name: string,
  pins: readonly SnapshotPin[],
): Promise<Mark | undefined> {
  const mark = markOf(id, pins);
  if (!mark) return undefined;
  try {
    await pinMark(content, mark, name);
    return mark;
  } catch (error) {
    const isLost = isError(error, 'CONTENT_NOT_FOUND') || isError(error, 'CONTENT_CORRUPT');
    if (name !== BEFORE || !isLost) throw error;
    const whole: SnapshotPin[] = [];
    for (const pin of pins) if (await isWhole(content, pin)) whole.push(pin);
    if (whole.length === pins.length) throw error;
    return keep(content, id, name, whole);
  }
}

type Facts = { time: number; firstBlock: Hex | null; assets: number };

/** What the manifest tells of the chain besides its head. */
async function factsOf({ chain }: LiveState, number: number): Promise<Facts> {
  const { deployments } = await import('../../chain/generated/deployments.ts');
  const at = `0x${number.toString(16)}`;
  const block = (which: string) =>
    jsonRpc<{ hash: Hex; timestamp: Hex } | null>(chain.rpcUrl, 'eth_getBlockByNumber', [which, false]);
  const [head, first, assets] = await Promise.all([
    block(at),
    block('0x1'),
    jsonRpc<Hex>(chain.rpcUrl, 'eth_call', [{ to: deployments.assetRegistry, data: ASSET_COUNT }, at]),
  ]);
  return {
    time: Number(head?.timestamp ?? 0),
    firstBlock: number > 0 ? (first?.hash ?? null) : null,
    assets: assets === '0x' ? 0 : Number(assets),
  };
}

/** Takes over a snapshot that was made elsewhere, under this name. On disk when it returns. */
export function putManifest(draft: string, manifest: SnapshotManifest): void {
  writeFileAtomic(join(draft, MANIFEST_FILE), manifestText(manifest));
  for (const { path } of manifest.files) {
    if (path.startsWith(LOCAL) && partOf(path.slice(LOCAL.length))?.isPrivate)
      chmodSync(join(draft, path), 0o600);
    syncFile(join(draft, path));
  }
  syncBelow(draft);
}
