import type { Json } from '../base/canonical-json.ts';
import type { ErrorKind } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';

export type OperationName =
  | 'revenue.pay'
  | 'revenue.settle'
  | 'revenue.claim'
  | 'market.buy'
  | 'license.set'
  | 'license.renew'
  | 'license.unset'
  | 'account.send'
  | 'account.unwrap'
  | 'publish';

/** A line of a batch that was checked. */
export type BatchItem = {
  /** Counts from 1. */
  line: number;
  /** The caller's own key: what was done under it is never done again on this chain. */
  id: string | null;
  op: OperationName;
  /** Who acts, by name or address; undefined where the operation decides. */
  account: string | undefined;
  params: Record<string, unknown>;
  /** Digest of the operation with all that it says; the same for the same. */
  what: string;
};

/**
 * `done` by this batch, now or in an earlier run; `already`: there was nothing left to do; `failed`, with its error;
 * `skipped` after a failure, with --stop-on-error.
 */
export type ItemStatus = 'done' | 'already' | 'failed' | 'skipped';

/** As in the envelope of a single command that fails. */
export type ItemError = {
  code: string;
  name: string;
  kind: ErrorKind;
  message: string;
  fix: string;
  retryable: boolean;
};

export type ItemResult = {
  /** Where it stands in the file, counted from 1. */
  line: number;
  id: string | null;
  op: OperationName;
  status: ItemStatus;
  /** The transaction it was done in, which it shares with others; null where there is none. */
  tx: Hex | null;
  /** What the command of that name gives as data; amounts are decimal strings in wei. */
  result: unknown;
  error: ItemError | null;
};

export type BatchResult = {
  items: ItemResult[];
  summary: {
    /** How many operations the file has. */
    total: number;
    /** How many are done, by this run or an earlier one. */
    done: number;
    /** How many had nothing left to do. */
    already: number;
    /** How many failed. */
    failed: number;
    /** How many were left out after a failure. */
    skipped: number;
    /** Sent in this run, or in a dry run what would be sent. */
    transactions: number;
    /** Used by these. */
    gasUsed: bigint;
  };
};

/** A call that an account makes. `value` in wei. */
export type PlannedCall = { to: Address; value: bigint; data: Hex; gas: bigint };

/** An item with the calls that do it, and what they are expected to bring. */
export type PlannedItem = {
  item: BatchItem;
  calls: PlannedCall[];
  foretold: Json;
  /** Written down without having been worked out on the chain: its gas is a guess. */
  guessed?: true;
};
