import type { Address, Hex } from '../base/hex.ts';
import { read, readAsset, readVersion, resolveAsset, transact } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';
import { readAllBooks, readBooks, type VersionBooks } from './books.ts';
import { readContributors } from './published.ts';

export type Claimed = { asset: string; role: 'owner' | 'contributor'; amount: bigint; tx: Hex };

/**
 * Claims what an account has earned, as owner and as contributor: from every version, or from those of one
 * asset. Only the account is needed; proofs are made from the published contributors. Anybody may send it,
 * the money goes to the account.
 */
export async function claim(context: SigningContext, account: Address, ref?: string): Promise<Claimed[]> {
  const { chain, progress } = context;
  const books = ref === undefined ? await readAllBooks(chain) : await booksOfAsset(context, ref);
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

async function booksOfAsset({ chain, signer }: SigningContext, ref: string): Promise<VersionBooks[]> {
  const { asset } = await resolveAsset(chain, ref, signer.account.address);
  const numbers = Array.from({ length: asset.versionCount }, (_, i) => i + 1);
  const ids = await Promise.all(numbers.map((n) => read(chain, 'AssetRegistry', 'versionAt', [asset.id, n])));
  return Promise.all(ids.map((id) => readBooks(chain, id)));
}

async function claimAsOwner(
  { chain, signer }: SigningContext,
  account: Address,
  books: VersionBooks,
): Promise<Claimed[]> {
  const claimed: Claimed[] = [];
  for (const { period, owner, owed } of books.periods) {
    if (owed === 0n || owner.toLowerCase() !== account.toLowerCase()) continue;
    const { transactionHash } = await transact(chain, signer, {
      contract: 'RevenueVault',
      call: 'claimOwner',
      args: [books.versionId, period],
    });
    const { name } = await readAsset(chain, books.assetId);
    claimed.push({ asset: name, role: 'owner', amount: owed, tx: transactionHash });
  }
  return claimed;
}

async function claimAsContributor(
  context: SigningContext,
  account: Address,
  books: VersionBooks,
): Promise<Claimed[]> {
  const { chain, signer } = context;
  const { versionId, contributors } = books;
  if (contributors.count === 0 || books.contributorUnit === 0 || books.settledUnits === 0n) return [];
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
      read(chain, 'RevenueVault', 'contributionOwed', [versionId, index, weight]),
      read(chain, 'RevenueVault', 'contribution', [versionId, index]),
    ]);
    if (owed === 0n) continue;
    const call = { contract: 'RevenueVault', call: 'claimContribution' } as const;
    let receipt: Awaited<ReturnType<typeof transact>>;
    if (/^0x0*$/.test(proven)) {
      const { siblings, siblingSums } = tree.proof(index);
      receipt = await transact(chain, signer, {
        ...call,
        args: [versionId, index, account, weight, siblings, siblingSums],
      });
    } else receipt = await transact(chain, signer, { ...call, args: [versionId, index] });
    const { name } = await readAsset(chain, books.assetId);
    claimed.push({ asset: name, role: 'contributor', amount: owed, tx: receipt.transactionHash });
  }
  return claimed;
}
