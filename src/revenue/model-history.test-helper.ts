import fc from 'fast-check';
import { zeroHash } from 'viem';
import { isError } from '../base/errors.ts';
import { buildMerkleSum, type MerkleSum } from './merkle-sum.ts';
import { CEILING_STEP, createBooks, MAX_OBLIGATIONS, MAX_PAID_IN } from './model.ts';
import type { Step } from './model-fixtures.test-helper.ts';
import type { OpenVersion } from './model-types.ts';
import { addressOf, type PlayedVault, type Refusal } from './played-vault.test-helper.ts';

const ADMIN = addressOf('treasury');
const FEE_BPS = 250;

/** Versions that may owe far too much, to far too many: whether they can be is for both to say. */
export const wildVersions = fc.array(
  fc.record({
    parents: fc.array(fc.record({ pick: fc.nat(), royaltyBps: fc.nat(4_000), absolute: fc.boolean() }), {
      maxLength: 40,
      size: 'max',
    }),
    tiny: fc.boolean(),
  }),
  { maxLength: 3, size: 'max' },
);
export type Wild = typeof wildVersions extends fc.Arbitrary<(infer T)[]> ? T : never;

export function drawnVersion({ parents, tiny }: Wild, before: readonly OpenVersion[]): OpenVersion {
  const version = (before.at(-1)?.version ?? 0) + 1;
  return {
    version,
    asset: version,
    parents: parents.map(({ pick, royaltyBps, absolute }) => ({
      version: before[pick % before.length]?.version ?? 0,
      royaltyBps: tiny ? royaltyBps % 60 : royaltyBps,
      policy: absolute ? 'ABSOLUTE' : 'RELATIVE',
    })),
  };
}

/** Does everything in the model at once, and writes down for the vault what it must do then, and answer. */
export function createHistory(vault: PlayedVault) {
  const model = createBooks({ feeBps: FEE_BPS });
  const script = vault.begin();
  const opened: OpenVersion[] = [];
  const trees = new Map<number, MerkleSum>();
  const proven = new Set<string>();
  const inboxes = new Map<number, bigint>();
  const refusals: Refusal[] = [];
  let claims = 0;
  script.act('setFeeBps', [FEE_BPS]);

  /** Does it in the model and says what the vault must do: the same, or refuse it with the same words. */
  function both(inModel: () => unknown, functionName: string, args: readonly unknown[], value = 0n): boolean {
    const refusal = refusalOf(inModel);
    if (refusal) refuse(functionName, args, refusal, value);
    else script.act(functionName, args, { value });
    return refusal === null;
  }

  function refuse(functionName: string, args: readonly unknown[], refusal: Refusal, value = 0n): void {
    refusals.push(refusal);
    script.refused(functionName, args, refusal, value);
  }

  function open(spec: OpenVersion): void {
    const { version, asset, contributors, parents = [] } = spec;
    const isFirst = model.period(asset) === 0;
    if (isFirst) model.setOwner(asset, `o${asset}`);
    const rows = (contributors?.of ?? []).map((c) => ({ account: addressOf(c.account), weight: c.weight }));
    const tree = rows.length > 0 ? buildMerkleSum(rows) : undefined;
    const ceilings = parents.flatMap((p) => p.ceiling ?? []).sort((a, b) => (a < b ? -1 : 1));
    const edges = parents.map((p) => ({
      parent: BigInt(p.version),
      royaltyBps: p.royaltyBps,
      isAbsolute: p.policy === 'ABSOLUTE',
    }));
    const split = {
      bps: contributors?.bps ?? 0,
      count: rows.length,
      weight: tree?.total ?? 0n,
      root: tree?.root ?? zeroHash,
    };
    // As the registry does it: what it knows itself is written down before the vault is told.
    const owner = addressOf(model.ownerOf(asset, model.period(asset)) ?? '');
    const publish = [BigInt(asset), owner, BigInt(version)];
    const nothingToSay = isFirst && parents.length === 0 && !tree;
    if (nothingToSay) {
      model.openVersion(spec);
      script.act('publish', publish, { on: 'registry' });
    } else {
      const args = [
        BigInt(version),
        BigInt(asset),
        isFirst,
        edges,
        (ceilings[0] ?? 0n) / CEILING_STEP,
        split,
      ];
      const refusal = refusalOf(() => model.openVersion(spec));
      if (refusal) {
        refuse('openVersion', args, refusal);
        return;
      }
      script.act('publish', publish, { on: 'registry' });
      script.act('openVersion', args);
    }
    opened.push(spec);
    if (tree) trees.set(version, tree);
    expectSplit(spec, split);
  }

  function expectSplit(
    { version, parents = [] }: OpenVersion,
    split: { bps: number; count: number; weight: bigint; root: string },
  ): void {
    const id = BigInt(version);
    const { obligations } = model.books(version);
    const relative = parents.filter((p) => p.policy !== 'ABSOLUTE' && p.royaltyBps > 0);
    script.expect('parentsOf', [id], [relative.map((p) => p.version), relative.map((p) => p.royaltyBps)]);
    script.expect('obligationsOf', [id], [obligations.map((o) => o.version), obligations.map((o) => o.bps)]);
    script.expect('contributors', [id], [split.bps, split.count, split.weight, split.root]);
  }

  function take({ kind, to, amount }: Step): void {
    const v = opened[to % opened.length];
    if (!v) return;
    const id = BigInt(v.version);
    const asset = BigInt(v.asset);
    if (kind === 'pay') {
      const pay = () => model.payVersion(v.version, amount);
      if (to % 2 === 0) both(pay, 'payVersionNative', [id], amount);
      else both(pay, 'payVersion', [id, amount]);
    } else if (kind === 'payAsset') {
      const pay = () => model.pay(v.asset, amount);
      if (to % 3 === 0) both(pay, 'payNative', [asset], amount);
      else if (to % 3 === 1) both(pay, 'pay', [asset, amount]);
      else sweep(v.asset, amount, to % 2 === 0);
    } else if (kind === 'settle') {
      // Twice the same version in one call: the second time there is nothing left to move.
      model.settle([v.version, v.version]);
      script.act('settle', [[id, id]]);
    } else if (kind === 'fee') both(() => model.setFeeBps(to), 'setFeeBps', [to]);
    else if (kind === 'withdraw') {
      model.withdrawFees();
      script.act('withdrawFees', [ADMIN]);
    } else if (kind === 'transfer') transfer(v.asset, `heir${to}`);
    else if (kind === 'claimOwner') claimOwner(v, 1 + (to % model.period(v.asset)));
    else if (v.contributors) claimContribution(v, to % v.contributors.of.length);
  }

  /** What was left at the inbox becomes a payment; what is refused stays there for the next time. */
  function sweep(asset: number, amount: bigint, native: boolean): void {
    const inbox = vault.inboxes[asset - 1] ?? '0x';
    if (native) script.send(inbox, amount);
    else script.act('transfer', [inbox, amount], { on: 'wsahara' });
    const all = (inboxes.get(asset) ?? 0n) + amount;
    const swept = both(() => model.pay(asset, all), 'sweep', [BigInt(asset)]);
    inboxes.set(asset, swept ? 0n : all);
  }

  function transfer(asset: number, heir: string): void {
    const from = addressOf(model.ownerOf(asset, model.period(asset)) ?? '');
    model.setOwner(asset, heir);
    script.act('transfer', [BigInt(asset), addressOf(heir)], { on: 'registry' });
    script.act('setOwner', [BigInt(asset), from, addressOf(heir)]);
  }

  function claimOwner(v: OpenVersion, period: number): void {
    const owed = model.ownerOwed(v.version, period);
    script.expect('ownerOwed', [BigInt(v.version), period], owed);
    both(() => model.claimOwner(v.version, period), 'claimOwner', [BigInt(v.version), period]);
    if (owed > 0n) claims += 1;
  }

  function claimContribution(v: OpenVersion, index: number): void {
    const of = `${v.version}/${index}`;
    const proof = trees.get(v.version)?.proof(index);
    if (!proof) throw new Error(`version ${v.version} has no contributor ${index}`);
    const { account, weight, siblings, siblingSums } = proof;
    const owed = model.contributionOwed(v.version, index);
    script.expect('contributionOwed', [BigInt(v.version), index, account, weight], owed);
    // Proven once, a contribution needs no proof again.
    const rest = proven.has(of) ? [account] : [account, weight, siblings, siblingSums];
    proven.add(of);
    both(() => model.claimContribution(v.version, index), 'claimContribution', [
      BigInt(v.version),
      index,
      ...rest,
    ]);
    if (owed > 0n) claims += 1;
  }

  function expectSame(): void {
    const { paidIn, fees, feesWithdrawn, unsettled, pooled, claimed, balance } = model.totals();
    script.expect('balanceOf', [vault.address], balance, 'wsahara');
    script.expect('totals', [], [paidIn, fees, feesWithdrawn]);
    // Whatever the vault adds up for those who check that nothing is missing.
    const newest = BigInt(opened.at(-1)?.version ?? 1);
    script.expect('sums', [1n, newest], [unsettled, pooled, claimed]);
    for (const v of opened) {
      const id = BigInt(v.version);
      const b = model.books(v.version);
      script.expect(
        'books',
        [id],
        [b.inflow, b.settledUnits, b.parentsBps, b.contributorUnit, b.ownerUnit, b.unsettled],
      );
      const direct = [
        b.direct,
        b.settledDirectUnits,
        b.absoluteBps,
        b.directContributorUnit,
        b.directOwnerUnit,
        b.ceiling,
      ];
      script.expect('directBooks', [id], b.split ? direct : direct.map(() => 0n));
      script.expect('period', [BigInt(v.asset)], model.period(v.asset));
      for (let period = 1; period <= model.period(v.asset); period++) {
        script.expect('ownerOwed', [id, period], model.ownerOwed(v.version, period));
        script.expect('ownerOf', [BigInt(v.asset), period], addressOf(model.ownerOf(v.asset, period) ?? ''));
      }
      for (const [index, { account, weight }] of (v.contributors?.of ?? []).entries())
        script.expect(
          'contributionOwed',
          [id, index, addressOf(account), weight],
          model.contributionOwed(v.version, index),
        );
    }
    for (const [account, { claimed: taken }] of model.accounts())
      script.expect('balanceOf', [addressOf(account)], taken, 'wsahara');
  }

  return {
    open,
    take,
    expectSame,
    versions: (): readonly OpenVersion[] => opened,
    claims: () => claims,
    refusals: (): readonly Refusal[] => refusals,
    play: () => script.play(),

    /** Pays all that the vault can ever take. */
    fill(to: number): void {
      const v = opened[to % opened.length];
      const left = MAX_PAID_IN - model.totals().paidIn;
      if (v && left > 0n)
        both(() => model.payVersion(v.version, left), 'payVersionNative', [BigInt(v.version)], left);
    },

    /** Pays every version up to its ceiling, to the wei, and one wei more. */
    brim(): void {
      both(() => model.setFeeBps(0), 'setFeeBps', [0]);
      for (const { version } of opened) {
        const { ceiling, direct } = model.books(version);
        for (const amount of ceiling > direct ? [ceiling - direct, 1n] : [])
          both(() => model.payVersion(version, amount), 'payVersionNative', [BigInt(version)], amount);
      }
      both(() => model.setFeeBps(FEE_BPS), 'setFeeBps', [FEE_BPS]);
    },

    payAll(amount: bigint): void {
      for (const v of opened) both(() => model.pay(v.asset, amount), 'payNative', [BigInt(v.asset)], amount);
    },

    /** In the model youngest first, once; in the vault in any other order, over and over, until all has arrived. */
    settleEverything(order: readonly number[]): void {
      const ids = opened.map((v) => BigInt(v.version));
      const shuffled = ids
        .map((id, i) => ({ id, at: order[i % Math.max(1, order.length)] ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ id }) => id);
      model.settleAll();
      // Every pass brings what moves at least one generation further.
      for (const [i] of ids.slice(0, depth()).entries()) script.act('settle', [i % 2 === 0 ? shuffled : ids]);
    },

    claimEverything(): void {
      for (const v of opened) {
        for (let period = 1; period <= model.period(v.asset); period++) claimOwner(v, period);
        for (const index of v.contributors?.of.keys() ?? []) claimContribution(v, index);
      }
    },
  };

  /** Versions in the longest line of descent. */
  function depth(): number {
    const depths = new Map<number, number>();
    for (const { version, parents = [] } of opened) {
      const above = [
        ...parents.map((p) => p.version),
        ...model.books(version).obligations.map((o) => o.version),
      ];
      depths.set(version, 1 + Math.max(0, ...above.map((a) => depths.get(a) ?? 0)));
    }
    return Math.max(...depths.values());
  }
}

/** What the vault calls it when the model refuses; null when the model did it. */
function refusalOf(run: () => unknown): Refusal | null {
  try {
    run();
    return null;
  } catch (error) {
    if (isError(error, 'REVENUE_CEILING_REACHED')) {
      const { version, ceiling, wouldBe } = error.params;
      return { errorName: 'CeilingReached', args: [version, ceiling, wouldBe] };
    }
    if (isError(error, 'REVENUE_ROYALTIES_TOO_HIGH'))
      return { errorName: 'RoyaltiesTooHigh', args: [error.params.totalBps, error.params.ancestor] };
    if (isError(error, 'REVENUE_OBLIGATIONS_TOO_MANY'))
      return { errorName: 'TooManyObligations', args: [error.params.count, MAX_OBLIGATIONS] };
    if (isError(error, 'REVENUE_FEE_TOO_HIGH'))
      return { errorName: 'FeeTooHigh', args: [error.params.feeBps, error.params.maximum] };
    if (isError(error, 'REVENUE_AMOUNT_INVALID')) return { errorName: 'PaidInLimit', args: [MAX_PAID_IN] };
    throw error;
  }
}
