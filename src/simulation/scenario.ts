import type { AssetKind } from '../base/asset-kinds.ts';
import type { RelationType } from '../licensing/rights.ts';

/** A future to play: a lineage, and who wants what when. Read it from YAML with `parseScenario`. */
export type Scenario = {
  name: string;
  description: string;
  /** Whole number from 0 to 2^53 - 1. Same scenario and seed, same future. */
  seed: number;
  days: number;
  /** Protocol fee in basis points. */
  feeBps: number;
  /** Everything is settled at the end of each so many days, and on the last day. */
  settleEvery: number;
  /** Parents stand before their children. */
  assets: ScenarioAsset[];
  demand: Demand[];
};

export type ScenarioAsset = {
  name: string;
  kind: AssetKind;
  /** Name of the account that owns it throughout. */
  owner: string;
  /** Price of a license, wei. */
  price: bigint;
  relations: ScenarioRelation[];
  /** Share of what stays with the asset, and who divides it by weight. */
  contributors?: { bps: number; of: { account: string; weight: bigint }[] };
};

export type ScenarioRelation = {
  type: RelationType;
  asset: string;
  royaltyBps: number;
  /** Of what is paid for the asset itself and for everything made from it, instead of all that it earns. */
  absolute?: true;
  /** The most that may be paid for the asset under these terms, net of fees, in wei. What is above it is not sold. */
  ceiling?: bigint;
};

export type Demand = {
  /** Names of the accounts that buy; each purchase picks one of them. */
  buyers: string[];
  asset: string;
  /** First and last day of this demand, from 1, both included. */
  from: number;
  until: number;
  /** Purchases a day, evenly; kept in thousandths, so that 0.5 is exactly one every other day. */
  rate: { kind: 'constant'; perDayMilli: number } | { kind: 'poisson'; perDay: number };
};

/** The account that the books name for the protocol's fees. No scenario may use it for anybody else. */
export const PROTOCOL_ACCOUNT = 'protocol';
