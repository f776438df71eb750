import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { accountLabel, resolveAccount } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { checksumAddress } from './contributors-address.ts';
import { type AccountWeight, largestAccounts } from './merkle-sum-accounts.ts';
import { type ContributorTable, indexesOf, rowAt } from './merkle-sum-table.ts';
import { registeredList } from './registered-list.ts';

/** Whose a version's contributions are, by the published list, which has the registered tree. */
export type CheckedList = {
  /** "curator/penguins@1" */
  asset: string;
  versionId: bigint;
  root: Hex;
  /** Sum of all weights, which have no unit. */
  totalWeight: bigint;
  /** Rows. */
  count: number;
  /** Hashes in each proof. */
  depth: number;
  /** Basis points of what stays with the version that all contributors have together. */
  shareBps: number;
  /** Different accounts in the list. */
  accounts: number;
  /** The largest accounts first, at most 20; or the one that was asked for. */
  shares: ContributorShare[];
};

export type ContributorShare = {
  /** Name of the account where it has one, else its address. */
  account: string;
  /** Rows of the list that are its own. */
  rows: number;
  /** Of all its rows; a part of totalWeight, without a unit. */
  weight: bigint;
  /** Its part of what contributors get, in parts per million, rounded down. */
  ppm: number;
};

const SHOWN = 20;

/**
 * Fetches the published list of a version's contributors, makes its tree, compares it with what is registered, and
 * says whose shares they are.
 *
 * @param account only this one, by name or address
 * @throws CONTRIBUTOR_NOT_LISTED, ACCOUNT_UNKNOWN, and what {@link registeredList} throws
 */
export async function checkList(context: Context, ref: string, account?: string): Promise<CheckedList> {
  const wanted = account === undefined ? undefined : resolveAccount(account).address;
  const { asset, versionId, registered, table, tree } = await registeredList(context, ref);
  const { root, total, count, depth } = tree;
  const { accounts, largest } = largestAccounts(table, wanted === undefined ? SHOWN : 0);
  const found = wanted === undefined ? largest : weightsOf(table, indexesOf(table, wanted));
  if (found.length === 0)
    throw new SaharaError('CONTRIBUTOR_NOT_LISTED', { asset, wanted: account ?? '', count });
  return {
    asset,
    versionId,
    root,
    totalWeight: total,
    count,
    depth,
    shareBps: registered.shareBps,
    accounts,
    shares: found.map(({ account, rows, weight }) => ({
      account: accountLabel(checksumAddress(account)),
      rows,
      weight,
      ppm: Number((weight * 1_000_000n) / total),
    })),
  };
}

/** The rows of one account, added up. */
function weightsOf(table: ContributorTable, indexes: readonly number[]): AccountWeight[] {
  const [first] = indexes;
  if (first === undefined) return [];
  const { account } = rowAt(table, first);
  const weight = indexes.reduce((sum, index) => sum + rowAt(table, index).weight, 0n);
  return [{ account, rows: indexes.length, weight }];
}
