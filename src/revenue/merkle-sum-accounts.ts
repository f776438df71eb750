import type { Address } from '../base/hex.ts';
import {
  ACCOUNT_AT,
  type ContributorTable,
  RECORD_BYTES,
  rowAt,
  viewOf,
  WEIGHT_AT,
} from './merkle-sum-table.ts';

/** What an account has of a list: the sum over its rows. */
export type AccountWeight = { account: Address; rows: number; weight: bigint };

const NONE = 0xffff_ffff;
const ACCOUNT_BYTES = 20;

/**
 * The rows of each account, added up: how many accounts there are, and the `most` largest of them, of equal ones the
 * earlier in the list.
 *
 * Works in numbers of the table's rows: a million accounts take 28 MB, where a Map would keep a million texts.
 */
export function largestAccounts(
  table: ContributorTable,
  most: number,
): { accounts: number; largest: AccountWeight[] } {
  const view = viewOf(table.records);
  const findFirst = firstRows(table);
  // Of each account at its first row.
  const rows = new Uint32Array(table.count);
  const high = new BigUint64Array(table.count);
  const low = new BigUint64Array(table.count);
  const weightOf = (row: number) => ((high[row] ?? 0n) << 64n) + (low[row] ?? 0n);
  let accounts = 0;
  for (let index = 0; index < table.count; index++) {
    const first = findFirst(index);
    if (first === index) accounts += 1;
    const at = index * RECORD_BYTES + WEIGHT_AT;
    const before = low[first] ?? 0n;
    const sum = BigInt.asUintN(64, before + view.getBigUint64(at + 8));
    low[first] = sum;
    high[first] = (high[first] ?? 0n) + view.getBigUint64(at) + (sum < before ? 1n : 0n);
    rows[first] = (rows[first] ?? 0) + 1;
  }
  const largest: number[] = [];
  for (let row = 0; row < table.count; row++) {
    const last = largest.at(-1);
    if (rows[row] === 0 || (largest.length === most && last !== undefined && weightOf(row) <= weightOf(last)))
      continue;
    const place = largest.findIndex((other) => weightOf(other) < weightOf(row));
    largest.splice(place < 0 ? largest.length : place, 0, row);
    if (largest.length > most) largest.pop();
  }
  const named = largest.map((row) => ({
    account: rowAt(table, row).account,
    rows: rows[row] ?? 0,
    weight: weightOf(row),
  }));
  return { accounts, largest: named };
}

/**
 * For each row in turn, the first one of its account: a hash table with open addressing. It hashes with random tables
 * (tabulation hashing), so that whoever wrote the list could not choose addresses that all meet in one place.
 */
function firstRows({ records, count }: ContributorTable): (index: number) => number {
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(count * 2))).fill(NONE);
  const random = crypto.getRandomValues(new Uint32Array(ACCOUNT_BYTES * 256));
  return (index) => {
    const at = index * RECORD_BYTES + ACCOUNT_AT;
    let hash = 0;
    for (let i = 0; i < ACCOUNT_BYTES; i++) hash ^= random[i * 256 + (bytes[at + i] ?? 0)] ?? 0;
    for (let slot = (hash >>> 0) % slots.length; ; slot = (slot + 1) % slots.length) {
      const first = slots[slot] ?? NONE;
      if (first === NONE) {
        slots[slot] = index;
        return index;
      }
      const other = first * RECORD_BYTES + ACCOUNT_AT;
      if (bytes.compare(bytes, other, other + ACCOUNT_BYTES, at, at + ACCOUNT_BYTES) === 0) return first;
    }
  };
}
