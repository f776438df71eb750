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
import {
  allVersionIds,
  contributorsPool,
  pooled,
  readBooks,
  readFlows,
  type VersionBooks,
  versionIdsOf,
} from './books.ts';
import { type Conservation, conservationOf } from './conservation.ts';
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

type LabelledBooks = VersionBooks & { asset: string; version: number };

async function booksAt(chain: Chain, asset: AssetRecord | undefined, at: bigint): Promise<VersionBooks[]> {
  const ids = await (asset ? versionIdsOf(chain, asset) : allVersionIds(chain, at));
  return Promise.all(ids.map((id) => readBooks(chain, id, at)));
}

/** With the name and number of each version, which never change. */
async function labelled(chain: Chain, books: VersionBooks[]): Promise<LabelledBooks[]> {
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

async function allEarnings(context: Context, books: LabelledBooks[]): Promise<Earning[]> {
  return (await Promise.all(books.map((b) => earningsOf(context, b)))).flat();
}

async function earningsOf(context: Context, books: LabelledBooks): Promise<Earning[]> {
  if (pooled(books) === 0n) return [];
  const of = { asset: books.asset, version: books.version };
  const owners: Earning[] = books.periods
    .filter((p) => p.claimed + p.owed > 0n)
    .map((p) => ({ account: p.owner, role: 'owner', ...of, amount: p.claimed + p.owed }));
  const pool = contributorsPool(books);
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
    const read = await booksAt(chain, asset, at);
    // No wei is missing only if none is missing anywhere: that takes every version, but no more than its flow.
    const flows = asset ? await readFlows(chain, at) : read;
    return { books: read, conserved: await conservationOf(chain, flows, at) };
  });
  const shown = await labelled(chain, books);
  return { books: shown, earnings: await allEarnings(context, shown), conservation: conserved };
}
