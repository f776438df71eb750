import { getAddress } from 'viem';
import type { Address } from '../base/hex.ts';
import {
  type AssetRecord,
  atOneBlock,
  type Chain,
  readAsset,
  readVersion,
  resolveAsset,
} from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { allVersionIds, type EarnedBooks, readBooks, type VersionBooks, versionIdsOf } from './books.ts';
import { type Conservation, conservationAt } from './conservation.ts';
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
  const asset = ref === undefined ? undefined : (await resolveAsset(chain, ref)).asset;
  const books = await atOneBlock(chain, (at) => booksAt(chain, asset, at));
  return allEarnings(context, await labelled(chain, books));
}

type Label = { asset: string; version: number };
type LabelledBooks = VersionBooks & Label;

async function booksAt(chain: Chain, asset: AssetRecord | undefined, at: bigint): Promise<EarnedBooks[]> {
  const ids = await (asset ? versionIdsOf(chain, asset) : allVersionIds(chain, at));
  return Promise.all(ids.map((id) => readBooks(chain, id, at)));
}

/** With the name and number of each version, which never change. */
async function labelled(chain: Chain, books: EarnedBooks[]): Promise<(EarnedBooks & Label)[]> {
  return Promise.all(
    books.map(async (b) => {
      const [{ name }, { number }] = await Promise.all([
        readAsset(chain, b.assetId),
        readVersion(chain, b.versionId),
      ]);
      return { ...b, asset: name, version: number };
    }),
  );
}

async function allEarnings(context: Context, books: (EarnedBooks & Label)[]): Promise<Earning[]> {
  return (await Promise.all(books.map((b) => earningsOf(context, b)))).flat();
}

async function earningsOf(context: Context, books: EarnedBooks & Label): Promise<Earning[]> {
  if (books.settledUnits === 0n) return [];
  const of = { asset: books.asset, version: books.version };
  const owners: Earning[] = books.periods.flatMap(({ owner }, i) => {
    const amount = books.earned[i] ?? 0n;
    return amount > 0n ? [{ account: owner, role: 'owner', ...of, amount }] : [];
  });
  const { pool } = books;
  if (pool === 0n) return owners;
  const version = await readVersion(context.chain, books.versionId);
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
  books: LabelledBooks[];
  earnings: Earning[];
  conservation: Conservation;
};

/** The books and earnings of one asset, or of all, with the conservation of all money; everything as of one block. */
export async function statement(context: Context, ref?: string): Promise<RevenueStatement> {
  const { chain } = context;
  const asset = ref === undefined ? undefined : (await resolveAsset(chain, ref)).asset;
  const { books, conserved } = await atOneBlock(chain, async (at) => {
    // No wei is missing only if none is missing anywhere: that takes every version.
    const [books, conserved] = await Promise.all([booksAt(chain, asset, at), conservationAt(chain, at)]);
    return { books, conserved };
  });
  const shown = await labelled(chain, books);
  return {
    books: shown.map(({ earned: _, pool: __, ...rest }) => rest),
    earnings: await allEarnings(context, shown),
    conservation: conserved,
  };
}
