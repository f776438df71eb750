import { SaharaError } from '../base/errors.ts';
import { type Address, fromHex, toHex } from '../base/hex.ts';
import { type Contributor, MAX_TOTAL_WEIGHT } from './merkle-sum-types.ts';

/** A list of contributors in 40 bytes each: a million of them are 40 MB, and no objects. */
export type ContributorTable = {
  readonly count: number;
  /** Of all weights; below 2^96. */
  readonly total: bigint;
  /** For each row the bytes that its leaf hashes after the tag: index uint32, account, weight uint128, big-endian. */
  readonly records: Uint8Array;
};

export type TableBuilder = {
  /** Rows so far. */
  readonly count: number;
  /** @throws CONTRIBUTOR_TREE_INVALID */
  add(row: Contributor): void;
  /** @throws CONTRIBUTOR_TREE_INVALID when nothing was added */
  finish(): ContributorTable;
};

/** The vault keeps the count in 32 bits. */
export const MAX_COUNT = 0xffff_ffff;

export const RECORD_BYTES = 4 + 20 + 16;
export const ACCOUNT_AT = 4;
export const WEIGHT_AT = 24;
const LOW_64 = (1n << 64n) - 1n;

/** Takes rows one by one; the place of a row is its index. */
export function tableBuilder(): TableBuilder {
  let records = Buffer.alloc(64 * RECORD_BYTES);
  let view = viewOf(records);
  let count = 0;
  let total = 0n;
  return {
    get count() {
      return count;
    },
    add({ account, weight }) {
      if (count >= MAX_COUNT) invalid(count, 'there are too many contributors');
      if (!/^0x[0-9a-fA-F]{40}$/.test(account)) invalid(count, `"${account}" is not an address`);
      if (/^0x0{40}$/.test(account)) invalid(count, 'nobody can claim for the zero address');
      if (weight <= 0n) invalid(count, 'the weight is not above zero');
      if (total + weight >= MAX_TOTAL_WEIGHT) invalid(count, 'the weights add up to 2^96 or more');
      total += weight;
      const at = count * RECORD_BYTES;
      if (at === records.length) {
        records = Buffer.concat([records], records.length * 2);
        view = viewOf(records);
      }
      view.setUint32(at, count);
      records.write(account.slice(2), at + ACCOUNT_AT, 'hex');
      view.setBigUint64(at + WEIGHT_AT, weight >> 64n);
      view.setBigUint64(at + WEIGHT_AT + 8, weight & LOW_64);
      count += 1;
    },
    finish() {
      if (count === 0) invalid(0, 'there are no contributors');
      return { count, total, records: records.subarray(0, count * RECORD_BYTES) };
    },
  };
}

/** @throws CONTRIBUTOR_TREE_INVALID */
export function tableOf(rows: Iterable<Contributor>): ContributorTable {
  const builder = tableBuilder();
  for (const row of rows) builder.add(row);
  return builder.finish();
}

/** @throws RangeError when there is no such index */
export function rowAt({ records, count }: ContributorTable, index: number): Contributor {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new RangeError(`there is no contributor ${index}`);
  const at = index * RECORD_BYTES;
  const account: Address = toHex(records.subarray(at + ACCOUNT_AT, at + WEIGHT_AT));
  return { account, weight: uint128At(viewOf(records), at + WEIGHT_AT) };
}

/** Every row in turn; one object at a time. Addresses are in lower case. */
export function* rowsOf(table: ContributorTable): Generator<Contributor, void, undefined> {
  for (let index = 0; index < table.count; index++) yield rowAt(table, index);
}

/** The indexes of an account's rows, in their order: one pass over the bytes. */
export function indexesOf({ records, count }: ContributorTable, account: Address): number[] {
  const wanted = fromHex(account);
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  const found: number[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * RECORD_BYTES + ACCOUNT_AT;
    if (bytes[at] === wanted[0] && bytes.compare(wanted, 0, 20, at, at + 20) === 0) found.push(index);
  }
  return found;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function uint128At(view: DataView, at: number): bigint {
  return (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
}

function invalid(index: number, reason: string): never {
  throw new SaharaError('CONTRIBUTOR_TREE_INVALID', { index, reason });
}
