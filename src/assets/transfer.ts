import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { silentProgress } from '../base/progress.ts';
import { type AssetRecord, type Chain, isRevert, transact } from '../chain/index.ts';
import { type AccountRef, accountLabel } from '../config/index.ts';
import type { SigningContext } from '../context/index.ts';
import { QUANTUM, readFlow, settleVersions, versionIdsOf } from '../revenue/index.ts';
import { readDescendants } from './lineage-read.ts';
import { assertOwner } from './state.ts';

export type Transferred = {
  asset: string;
  /** Who had it before. */
  from: string;
  /** Who has it now. */
  to: string;
  /** False where it was theirs already. */
  changed: boolean;
  /** Wei that became the former owner's by settling first. */
  settled: bigint;
  /** Wei that were left unsettled below, and will be the new owner's once they arrive. */
  left: bigint;
  /** Hash of the transfer; null in a dry run, and where nothing was transferred. */
  tx: Hex | null;
};

/** What waits below an asset: the versions to settle, newest first, and what that would bring its owner, in wei. */
export type Pending = { versions: bigint[]; amount: bigint };

/**
 * What the owner of an asset would have if everything that was paid below were settled now. Found by settling it on a
 * copy of the chain's state: exact, and nothing is sent.
 */
export async function pendingFor(context: SigningContext, asset: AssetRecord): Promise<Pending> {
  const { chain } = context;
  const own = await versionIdsOf(chain, asset);
  const { nodes, edges } = await readDescendants(chain, own);
  const ids = [...nodes.keys()].sort((a, b) => (a < b ? 1 : -1));
  const flows = await Promise.all(ids.map(async (id) => [id, await readFlow(chain, id)] as const));
  const busy = new Set(flows.filter(([, f]) => f.unsettled >= QUANTUM).map(([id]) => id));
  // Sorted by the child's id, descending, a busy child is met before its parents' own relations.
  for (const { child, parent } of [...edges].sort((a, b) => (a.child < b.child ? 1 : -1)))
    if (busy.has(child)) busy.add(parent);
  const versions = ids.filter((id) => busy.has(id));
  if (versions.length === 0) return { versions, amount: 0n };
  const { dryRunChain } = await import('../chain/dry-run.ts');
  const copy = chain.dryRun?.fork() ?? dryRunChain(chain);
  const before = await ownersPart(copy, own);
  await settleVersions({ ...context, chain: copy, dryRun: true, progress: silentProgress }, versions);
  return { versions, amount: (await ownersPart(copy, own)) - before };
}

/** Wei ever booked to the owners of these versions. */
async function ownersPart(chain: Chain, versions: bigint[]): Promise<bigint> {
  const flows = await Promise.all(versions.map((id) => readFlow(chain, id)));
  return flows.reduce(
    (sum, { settledUnits, ownerUnit, direct }) =>
      sum + settledUnits * BigInt(ownerUnit) + direct.settledUnits * BigInt(direct.ownerUnit),
    0n,
  );
}

/**
 * Gives the OwnershipNFT to somebody else: what arrives at the asset from then on is theirs. What has been settled
 * stays the former owner's to claim.
 *
 * @param options.settle what to settle first, from {@link pendingFor}; what is left below goes to the new owner
 * @throws NOT_OWNER, RECIPIENT_UNFIT, and what {@link settleVersions} throws
 */
export async function transferAsset(
  context: SigningContext,
  asset: AssetRecord,
  to: AccountRef,
  options: { pending: Pending; settle: boolean },
): Promise<Transferred> {
  const { chain, signer } = context;
  const { pending, settle } = options;
  assertOwner(asset, signer);
  if (settle && pending.versions.length > 0) await settleVersions(context, pending.versions);
  try {
    const { tx } = await transact(chain, signer, {
      contract: 'AssetRegistry',
      call: 'safeTransferFrom',
      args: [asset.owner, to.address, asset.id],
    });
    return {
      asset: asset.name,
      from: accountLabel(asset.owner),
      to: to.name ?? to.address,
      changed: true,
      settled: settle ? pending.amount : 0n,
      left: settle ? 0n : pending.amount,
      tx,
    };
  } catch (error) {
    if (!isRevert(error, 'TransferToNonERC721ReceiverImplementer')) throw error;
    throw new SaharaError('RECIPIENT_UNFIT', { asset: asset.name, account: to.name ?? to.address });
  }
}

/** The answer where the asset is theirs already. */
export function alreadyTheirs(asset: AssetRecord): Transferred {
  const owner = accountLabel(asset.owner);
  return { asset: asset.name, from: owner, to: owner, changed: false, settled: 0n, left: 0n, tx: null };
}
