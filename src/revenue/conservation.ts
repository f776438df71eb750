import { atOneBlock, type Chain, CONTRACTS, read } from '../chain/index.ts';

/** Where the money is, in wei. */
export type Conservation = {
  paidIn: bigint;
  fees: bigint;
  unsettled: bigint;
  /** Ever booked to pools. */
  pools: bigint;
  claimed: bigint;
  /** The vault's balance minus what the books say it holds. */
  drift: bigint;
  /** Tokens sent straight to the vault, which anybody can do and which pays nobody: a drift above zero. */
  unsolicited: bigint;
  /** paidIn = fees + unsettled + pools, claimed <= pools, and the vault holds at least what the books say. */
  holds: boolean;
};

/** Adds up every version's books and compares them with the vault's totals and its balance, all as of one block. */
export async function conservation(chain: Chain): Promise<Conservation> {
  return atOneBlock(chain, (at) => conservationAt(chain, at));
}

/** The same as of block `at`. */
export async function conservationAt(chain: Chain, at: bigint): Promise<Conservation> {
  const [[paidIn, fees, feesWithdrawn], balance, { unsettled, pools, claimed }] = await Promise.all([
    read(chain, 'RevenueVault', 'totals', [], at),
    read(chain, 'WSAHARA', 'balanceOf', [CONTRACTS.RevenueVault.address], at),
    sumsAt(chain, at),
  ]);
  const drift = balance - (paidIn - feesWithdrawn - claimed);
  return {
    paidIn,
    fees,
    unsettled,
    pools,
    claimed,
    drift,
    unsolicited: drift > 0n ? drift : 0n,
    holds: paidIn === fees + unsettled + pools && claimed <= pools && drift >= 0n,
  };
}

/** The vault's balance minus what its books say it holds, in wei. */
export async function readDrift(chain: Chain): Promise<bigint> {
  return (await conservation(chain)).drift;
}

/** The vault adds up so many versions per call: far from what a node lets a call cost. */
const PER_CALL = 1_000n;

async function sumsAt(
  chain: Chain,
  at: bigint,
): Promise<Pick<Conservation, 'unsettled' | 'pools' | 'claimed'>> {
  const count = await read(chain, 'AssetRegistry', 'versionCount', [], at);
  const parts = Array.from({ length: Math.ceil(Number(count) / Number(PER_CALL)) }, (_, i) => {
    const from = BigInt(i) * PER_CALL + 1n;
    const to = from + PER_CALL - 1n;
    return read(chain, 'RevenueVault', 'sums', [from, to < count ? to : count], at);
  });
  const sums = { unsettled: 0n, pools: 0n, claimed: 0n };
  for (const [unsettled, pools, claimed] of await Promise.all(parts)) {
    sums.unsettled += unsettled;
    sums.pools += pools;
    sums.claimed += claimed;
  }
  return sums;
}
