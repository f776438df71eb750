import type { TransactionReceipt } from 'viem';
import { isError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { type Chain, eventsOf, parseAssetRef, resolveAsset, transact } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';
import { allVersionIds, creditorsOf, isWaiting, QUANTUM, readFlow, versionIdsOf } from './books.ts';

/** Versions settled in one transaction; keeps it far below the gas limit of a block, unless many have many parents. */
const PER_TRANSACTION = 60;

export type Settled = { versions: bigint[]; moved: bigint; txs: (Hex | null)[] };

/**
 * Moves what was paid up the lineage: of one asset (of all its versions, unless the reference names one) and
 * all that it rests on, or of every version. Anybody may do it, at any time, with the same result in the end.
 *
 * @returns `moved`: wei that left the state "unsettled" for pools, by these transactions, whose hashes are null in a dry run
 * @throws ASSET_UNKNOWN, VERSION_UNKNOWN, GAS_EXCEEDED when not even one version fits into a block
 */
export async function settle(context: SigningContext, ref?: string): Promise<Settled> {
  const { chain, progress } = context;
  const ids = await (ref === undefined ? busyVersions(chain) : versionsBehind(chain, ref));
  const settled: Settled = { versions: ids, moved: 0n, txs: [] };
  progress.start('Settling', ids.length);
  for (let i = 0; i < ids.length; i += PER_TRANSACTION) {
    const part = ids.slice(i, i + PER_TRANSACTION);
    await settlePart(context, part, settled);
    progress.advance(part.length);
  }
  progress.done();
  return settled;
}

/** In one transaction, or in two halves one after the other where a block has no room for it. */
async function settlePart(context: SigningContext, ids: bigint[], settled: Settled): Promise<void> {
  const { chain, signer } = context;
  try {
    const receipt = await transact(chain, signer, { contract: 'RevenueVault', call: 'settle', args: [ids] });
    settled.txs.push(receipt.tx);
    settled.moved += await readMoved(chain, receipt);
  } catch (error) {
    if (ids.length < 2 || !isError(error, 'GAS_EXCEEDED')) throw error;
    const half = Math.ceil(ids.length / 2);
    await settlePart(context, ids.slice(0, half), settled);
    await settlePart(context, ids.slice(half), settled);
  }
}

/** Wei that a transaction moved from "unsettled" to pools. */
export async function readMoved(chain: Chain, receipt: Pick<TransactionReceipt, 'logs'>): Promise<bigint> {
  let moved = 0n;
  for (const event of ['Settled', 'SettledDirect'] as const)
    for (const { versionId, units } of eventsOf(receipt, 'RevenueVault', event) as SettledEvent[]) {
      const { parentsBps, direct } = await readFlow(chain, versionId);
      // Absolute royalties come out of direct payments alone; both kinds go on to other versions' unsettled inflow.
      const onward = parentsBps + (event === 'Settled' ? 0 : direct.absoluteBps);
      moved += units * (QUANTUM - BigInt(onward));
    }
  return moved;
}

type SettledEvent = { versionId: bigint; units: bigint };

/** Every version that has something to settle, or will once its children are settled: newest first, so that one pass moves all. */
async function busyVersions(chain: Chain): Promise<bigint[]> {
  const ids = await allVersionIds(chain);
  const busy = new Set<bigint>();
  const [flows, creditors] = await Promise.all([
    Promise.all(ids.map((id) => readFlow(chain, id))),
    Promise.all(ids.map((id) => creditorsOf(chain, id))),
  ]);
  for (const id of ids.toReversed()) {
    const at = Number(id) - 1;
    const flow = flows[at];
    if (!busy.has(id) && !(flow && isWaiting(flow))) continue;
    busy.add(id);
    for (const creditor of creditors[at] ?? []) busy.add(creditor);
  }
  return ids.toReversed().filter((id) => busy.has(id));
}

async function versionsBehind(chain: Chain, ref: string): Promise<bigint[]> {
  const { asset, versionId } = await resolveAsset(chain, ref);
  return withAncestors(
    chain,
    parseAssetRef(ref).version === undefined ? await versionIdsOf(chain, asset) : [versionId],
  );
}

async function withAncestors(chain: Chain, versions: bigint[]): Promise<bigint[]> {
  const ids = new Set(versions);
  for (let level = versions; level.length > 0; ) {
    const creditors = await Promise.all(level.map((id) => creditorsOf(chain, id)));
    level = [...new Set(creditors.flat())].filter((id) => !ids.has(id));
    for (const id of level) ids.add(id);
  }
  return [...ids].sort((a, b) => (a < b ? 1 : -1));
}
