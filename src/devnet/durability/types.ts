import type { Hex } from '../../base/hex.ts';

/** A place in the chain. */
export type Place = { number: number; hash: Hex };

/** How anvil makes blocks: at once for each transaction, every so many seconds, or only when it is told to. */
export type Mining = { automine: boolean; intervalSeconds: number | null };

/** What a journal continues. */
export type Base =
  /** The genesis block, at a time in Unix seconds. `sha256` is that of the genesis file. */
  { kind: 'genesis'; sha256: string; timestamp: number } | { kind: 'checkpoint'; sha256: string };

/** The first record of a journal. */
export type JournalHeader = {
  t: 'header';
  format: 1;
  /** One more for each journal of a devnet. */
  sequence: number;
  base: Base;
  /** False where the journal before does not lead to the base: it holds what is in no block. */
  continues: boolean;
  /** The newest block of what it continues. */
  head: Place;
  mining: Mining;
};

/** A transaction as it is sent again: signed, or as the one whom it impersonated sent it. */
export type Sent = Hex | { from: Hex; call: Record<string, unknown>; hash: Hex };

export type BlockRecord = {
  t: 'block';
  number: number;
  hash: Hex;
  parentHash: Hex;
  /** Unix seconds. */
  timestamp: number;
  baseFeePerGas: Hex;
  miner: Hex;
  gasLimit: Hex;
  transactions: Sent[];
};

/** The way of mining, from here on. */
export type MiningRecord = { t: 'mining' } & Mining;

export type JournalRecord = BlockRecord | MiningRecord;
