import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import { devnetPaths } from '../paths.ts';
import { whileRunning } from './ask.ts';
import { assertNoFork } from './assert-no-fork.ts';
import { type AssetOf, type Economy, economyNow, economyOfSnapshot, kindOfLocal } from './economy.ts';
import { readSnapshot } from './folders.ts';
import { assertOurs } from './manifest.ts';
import type { SnapshotPlace } from './types.ts';

/** How it was and how it is. */
type Change<T> = { from: T; to: T };

export type SnapshotDiff = {
  /** Names of snapshots; `to` is null for the present. */
  from: string;
  to: string | null;
  /** True when nothing is different, the newest block included. */
  same: boolean;
  head: Change<{
    number: number;
    hash: string;
    /** By the chain's own clock, ISO 8601. */
    time: string;
  }>;
  /** How much further the chain's clock is, seconds; below zero where it is behind. */
  seconds: number;
  assets: {
    added: AssetDiffed[];
    removed: AssetDiffed[];
    changed: {
      asset: string;
      id: string;
      /** Null where there are as many. */
      versions: {
        /** How many versions it had. */
        from: number;
        /** How many versions it has. */
        to: number;
      } | null;
      owner: Change<string> | null;
      state: Change<string> | null;
    }[];
  };
  /** Of named accounts, native and wrapped together. */
  balances: {
    account: string;
    /** Wei. */
    from: string;
    /** Wei. */
    to: string;
  }[];
  /** Totals of the revenue vault, in wei; null where they are the same. */
  vault: {
    paidIn: Change<string> | null;
    claimed: Change<string> | null;
    fees: Change<string> | null;
  };
  pins: { added: PinDiffed[]; removed: PinDiffed[] };
  /** Files below `.sahara/` that belong to the chain, by what they are. */
  local: {
    /** E.g. releases. */
    kind: string;
    /** How many files there are more. */
    added: number;
    /** How many files are gone. */
    removed: number;
    /** How many files have something else in them. */
    changed: number;
  }[];
};

export type AssetDiffed = {
  id: string;
  /** Publisher and name. */
  asset: string;
  kind: string;
  owner: string;
  /** How many versions it has. */
  versions: number;
};
export type PinDiffed = { cid: string; name: string };

/**
 * What is different between two snapshots, or between one and the present.
 *
 * @throws SNAPSHOT_OF_FORK, SNAPSHOT_MISSING, SNAPSHOT_DAMAGED, SNAPSHOT_FOREIGN
 */
export async function diffSnapshots(
  place: SnapshotPlace,
  from: string,
  to: string | null = null,
): Promise<SnapshotDiff> {
  const paths = devnetPaths(place.stateDir, place.name);
  assertNoFork(paths, place.name);
  const manifests = [from, ...(to === null ? [] : [to])].map((name) => readSnapshot(paths, name));
  manifests.forEach(assertOurs);
  const [first, second] = manifests;
  if (!first) throw new Error('nothing to compare');
  // Chains and the present are read one after the other: each takes the whole machine for a moment.
  const a = await economyOfSnapshot(paths, first, DEV_ACCOUNTS);
  const b = second
    ? await economyOfSnapshot(paths, second, DEV_ACCOUNTS)
    : await whileRunning(place, (live) => economyNow(place.stateDir, live, DEV_ACCOUNTS));
  return compare(from, to, a, b);
}

export function compare(from: string, to: string | null, a: Economy, b: Economy): SnapshotDiff {
  const assets = diffAssets(a.assets, b.assets);
  const balances = [...b.balances].flatMap(([account, now]) => {
    const was = a.balances.get(account) ?? 0n;
    return was === now ? [] : [{ account, from: `${was}`, to: `${now}` }];
  });
  const vault = {
    paidIn: changed(a.vault.paidIn, b.vault.paidIn),
    claimed: changed(a.vault.claimed, b.vault.claimed),
    fees: changed(a.vault.fees, b.vault.fees),
  };
  const pins = { added: missingIn(a.pins, b.pins), removed: missingIn(b.pins, a.pins) };
  const local = diffLocal(a.local, b.local);
  const isSame =
    a.head.hash === b.head.hash &&
    [assets.added, assets.removed, assets.changed, balances, pins.added, pins.removed, local].every(
      (list) => list.length === 0,
    );
  const head = ({ head: { number, hash, time } }: Economy) => ({
    number,
    hash,
    time: new Date(time).toISOString(),
  });
  return {
    from,
    to,
    same: isSame,
    head: { from: head(a), to: head(b) },
    seconds: Math.round((b.head.time - a.head.time) / 1000),
    assets,
    balances,
    vault,
    pins,
    local,
  };
}

function diffAssets(a: readonly AssetOf[], b: readonly AssetOf[]): SnapshotDiff['assets'] {
  const before = new Map(a.map((asset) => [asset.asset, asset]));
  const after = new Map(b.map((asset) => [asset.asset, asset]));
  const short = ({ id, asset, kind, owner, versions }: AssetOf) => ({ id, asset, kind, owner, versions });
  return {
    added: b.filter(({ asset }) => !before.has(asset)).map(short),
    removed: a.filter(({ asset }) => !after.has(asset)).map(short),
    changed: b.flatMap((now) => {
      const was = before.get(now.asset);
      if (!was) return [];
      const versions = was.versions === now.versions ? null : { from: was.versions, to: now.versions };
      const owner = was.owner === now.owner ? null : { from: was.owner, to: now.owner };
      const state = was.state === now.state ? null : { from: was.state, to: now.state };
      return versions || owner || state ? [{ asset: now.asset, id: now.id, versions, owner, state }] : [];
    }),
  };
}

const changed = (from: bigint, to: bigint): Change<string> | null =>
  from === to ? null : { from: `${from}`, to: `${to}` };

const missingIn = (these: ReadonlyMap<string, string>, those: ReadonlyMap<string, string>): PinDiffed[] =>
  [...those].flatMap(([cid, name]) => (these.has(cid) ? [] : [{ cid, name }]));

function diffLocal(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): SnapshotDiff['local'] {
  const counts = new Map<string, SnapshotDiff['local'][number]>();
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [was, now] = [a.get(path), b.get(path)];
    if (was === now) continue;
    const kind = kindOfLocal(path);
    const count = counts.get(kind) ?? { kind, added: 0, removed: 0, changed: 0 };
    count[was === undefined ? 'added' : now === undefined ? 'removed' : 'changed']++;
    counts.set(kind, count);
  }
  return [...counts.values()];
}
