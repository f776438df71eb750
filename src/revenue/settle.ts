import type { Hex } from '../base/hex.ts';
import { type Chain, read, resolveAsset, transact } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';
import { readBooks } from './books.ts';

/** Versions settled in one transaction; keeps it far below the gas limit of a block. */
const PER_TRANSACTION = 60;

export type Settled = { versions: bigint[]; moved: bigint; txs: Hex[] };

/**
 * Moves what was paid up the lineage: of one asset and all it rests on, or of every version. Anybody may
 * do it, at any time, with the same result in the end.
 *
 * @returns `moved`: wei that left the state "unsettled"
 */
export async function settle({ chain, signer, progress }: SigningContext, ref?: string): Promise<Settled> {
  const ids =
    ref === undefined
      ? await allVersions(chain)
      : await withAncestors(chain, (await resolveAsset(chain, ref, signer.account.address)).versionId);
  const pooledBefore = await pooled(chain);
  const txs: Hex[] = [];
  progress.start('Settling', ids.length);
  for (let i = 0; i < ids.length; i += PER_TRANSACTION) {
    const part = ids.slice(i, i + PER_TRANSACTION);
    const { transactionHash } = await transact(chain, signer, {
      contract: 'RevenueVault',
      call: 'settle',
      args: [part],
    });
    txs.push(transactionHash);
    progress.advance(part.length);
  }
  progress.done();
  return { versions: ids, moved: (await pooled(chain)) - pooledBefore, txs };
}

async function pooled(chain: Chain): Promise<bigint> {
  return (await read(chain, 'RevenueVault', 'totals', []))[3];
}

/** Every version that has something to settle, or will once its children are settled: newest first, so that one pass moves all. */
async function allVersions(chain: Chain): Promise<bigint[]> {
  const count = await read(chain, 'AssetRegistry', 'versionCount', []);
  const ids = Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
  const busy = new Set<bigint>();
  const books = await Promise.all(ids.map((id) => readBooks(chain, id)));
  const parents = await Promise.all(ids.map((id) => read(chain, 'RevenueVault', 'parentsOf', [id])));
  for (const id of ids.toReversed()) {
    const at = Number(id) - 1;
    if (!busy.has(id) && (books[at]?.unsettled ?? 0n) < 10_000n) continue;
    busy.add(id);
    for (const parent of parents[at]?.[0] ?? []) busy.add(parent);
  }
  return ids.toReversed().filter((id) => busy.has(id));
}

async function withAncestors(chain: Chain, versionId: bigint): Promise<bigint[]> {
  const ids = new Set([versionId]);
  for (let level = [versionId]; level.length > 0; ) {
    const parents = await Promise.all(level.map((id) => read(chain, 'RevenueVault', 'parentsOf', [id])));
    level = [...new Set(parents.flatMap(([list]) => list))].filter((id) => !ids.has(id));
    for (const id of level) ids.add(id);
  }
  return [...ids].sort((a, b) => (a < b ? 1 : -1));
}
