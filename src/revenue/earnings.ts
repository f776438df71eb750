import { getAddress } from 'viem';
import type { Address } from '../base/hex.ts';
import { readAsset, readVersion, resolveAsset } from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { type Conservation, conservation, readAllBooks, type VersionBooks } from './books.ts';
import { readContributors } from './published.ts';

/** What an account has earned from an asset so far, claimed or not, in wei. */
export type Earning = {
  account: Address;
  role: 'owner' | 'contributor';
  asset: string;
  version: number;
  amount: bigint;
};

/** Who has earned what from settled revenue: of every version, or of those of one asset. */
export async function earnings(context: Context, ref?: string): Promise<Earning[]> {
  const { chain } = context;
  const only = ref === undefined ? undefined : (await resolveAsset(chain, ref)).asset.id;
  const books = (await readAllBooks(chain)).filter((b) => only === undefined || b.assetId === only);
  return (await Promise.all(books.map((b) => earningsOf(context, b)))).flat();
}

async function earningsOf(context: Context, books: VersionBooks): Promise<Earning[]> {
  if (books.settledUnits === 0n) return [];
  const version = await readVersion(context.chain, books.versionId);
  const { name } = await readAsset(context.chain, books.assetId);
  const of = { asset: name, version: version.number };
  const owners: Earning[] = books.periods
    .filter((p) => p.units > 0n && books.ownerUnit > 0)
    .map((p) => ({ account: p.owner, role: 'owner', ...of, amount: p.units * BigInt(books.ownerUnit) }));
  if (books.contributorUnit === 0) return owners;
  const pool = books.settledUnits * BigInt(books.contributorUnit);
  const { rows } = (await readContributors(context, version)) ?? { rows: [] };
  const contributors: Earning[] = rows.map((row) => ({
    // The file may write an address in any case; whoever adds up by account must meet one form.
    account: getAddress(row.account),
    role: 'contributor',
    ...of,
    // Rounded down, as the vault does: at most one wei less for each contributor stays in the pool.
    amount: (pool * row.weight) / books.contributors.totalWeight,
  }));
  return [...owners, ...contributors];
}

export type RevenueStatement = {
  books: (VersionBooks & { asset: string; version: number })[];
  earnings: Earning[];
  conservation: Conservation;
};

/** The books and earnings of one asset, or of all, with the conservation of all money. */
export async function statement(context: Context, ref?: string): Promise<RevenueStatement> {
  const { chain } = context;
  const only = ref === undefined ? undefined : (await resolveAsset(chain, ref)).asset.id;
  const [all, earned, conserved] = await Promise.all([
    readAllBooks(chain),
    earnings(context, ref),
    conservation(chain),
  ]);
  const shown = all.filter((b) => only === undefined || b.assetId === only);
  const books = await Promise.all(
    shown.map(async (b) => {
      const [{ name }, { number }] = await Promise.all([
        readAsset(chain, b.assetId),
        readVersion(chain, b.versionId),
      ]);
      return { ...b, asset: name, version: number };
    }),
  );
  return { books, earnings: earned, conservation: conserved };
}
