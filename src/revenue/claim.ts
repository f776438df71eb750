import type { Address, Hex } from '../base/hex.ts';
import {
  eventsOf,
  type Receipt,
  read,
  readAsset,
  readVersion,
  resolveAsset,
  transact,
} from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';
import { allVersionIds, type EarnedBooks, readBooks, type VersionBooks, versionIdsOf } from './books.ts';
import { readContributors } from './published.ts';

export type Claimed = { asset: string; role: 'owner' | 'contributor'; amount: bigint; tx: Hex | null };

/**
 * Claims what an account has earned, as owner and as contributor: from every version, or from those of one
 * asset. Only the account is needed; proofs are made from the published contributors. Anybody may send it,
 * the money goes to the account.
 */
export async function claim(context: SigningContext, account: Address, ref?: string): Promise<Claimed[]> {
  const { chain, progress } = context;
  const ids = await (ref === undefined
    ? allVersionIds(chain)
    : versionIdsOf(chain, (await resolveAsset(chain, ref)).asset));
  const books = await Promise.all(ids.map((id) => readBooks(chain, id)));
  const claimed: Claimed[] = [];
  progress.start('Claiming', books.length);
  for (const version of books) {
    claimed.push(
      ...(await claimAsOwner(context, account, version)),
      ...(await claimAsContributor(context, account, version)),
    );
    progress.advance(1);
  }
  progress.done();
  return claimed;
}

/**
 * What a claim paid out, by its receipt: between the look at what is owed and the claim, somebody may have
 * claimed or settled. No row where by then nothing was owed.
 */
function paidOut(receipt: Receipt, event: 'OwnerClaimed' | 'ContributionClaimed', asset: string): Claimed[] {
  return eventsOf(receipt, 'RevenueVault', event).map((args) => ({
    asset,
    role: event === 'OwnerClaimed' ? 'owner' : 'contributor',
    amount: args['amount'] as bigint,
    tx: receipt.tx,
  }));
}

async function claimAsOwner(
  { chain, signer }: SigningContext,
  account: Address,
  books: VersionBooks,
): Promise<Claimed[]> {
  const claimed: Claimed[] = [];
  for (const { period, owner, owed } of books.periods) {
    if (owed === 0n || owner.toLowerCase() !== account.toLowerCase()) continue;
    const receipt = await transact(chain, signer, {
      contract: 'RevenueVault',
      call: 'claimOwner',
      args: [books.versionId, period],
    });
    const { name } = await readAsset(chain, books.assetId);
    claimed.push(...paidOut(receipt, 'OwnerClaimed', name));
  }
  return claimed;
}

async function claimAsContributor(
  context: SigningContext,
  account: Address,
  books: EarnedBooks,
): Promise<Claimed[]> {
  const { chain, signer } = context;
  const { versionId, contributors } = books;
  if (contributors.count === 0 || books.pool === 0n) return [];
  const published = await readContributors(context, await readVersion(chain, versionId));
  if (!published) return [];
  const { rows, tree } = published;
  const mine = rows.flatMap((row, index) =>
    row.account.toLowerCase() === account.toLowerCase() ? [{ ...row, index }] : [],
  );
  if (mine.length === 0) return [];

  const claimed: Claimed[] = [];
  for (const { index, weight } of mine) {
    const [owed, [proven]] = await Promise.all([
      read(chain, 'RevenueVault', 'contributionOwed', [versionId, index, account, weight]),
      read(chain, 'RevenueVault', 'contribution', [versionId, index, account]),
    ]);
    if (owed === 0n) continue;
    const call = { contract: 'RevenueVault', call: 'claimContribution' } as const;
    let receipt: Receipt;
    if (proven === 0n) {
      const { siblings, siblingSums } = tree.proof(index);
      receipt = await transact(chain, signer, {
        ...call,
        args: [versionId, index, account, weight, siblings, siblingSums],
      });
    } else receipt = await transact(chain, signer, { ...call, args: [versionId, index, account] });
    const { name } = await readAsset(chain, books.assetId);
    claimed.push(...paidOut(receipt, 'ContributionClaimed', name));
  }
  return claimed;
}
