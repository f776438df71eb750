import { randomInt } from 'node:crypto';
import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { eventArgs, isRevert, kindId, read, readAsset, type Signer, transact } from '../chain/index.ts';
import { DEV_MNEMONIC } from '../config/index.ts';
import { derivePrivateKey, localAccount } from '../config/local-account.ts';
import { buildDag } from '../content/index.ts';
import { type Context, openSigner } from '../context/index.ts';
import { attachTerms, RELATIONS, RIGHT_NAMES, type Terms, termsOfRights } from '../licensing/index.ts';
import {
  buildMerkleSum,
  type Flow,
  type MerkleSum,
  readDrift,
  readFlow,
  serializeContributors,
} from '../revenue/index.ts';
import type { ChainDriver } from './replay.ts';
import { PROTOCOL_ACCOUNT, type Scenario, type ScenarioAsset } from './scenario.ts';

type Opened = {
  asset: ScenarioAsset;
  assetId: bigint;
  versionId: bigint;
  saleTerms: number;
  tree: MerkleSum | null;
};

/** Transactions under way at once; more than that only waits inside the chain. */
const IN_FLIGHT = 12;
const EVERYTHING = RIGHT_NAMES.filter((r) => r !== 'COMPUTE_ONLY');

/**
 * Plays a scenario with real transactions on a devnet. Every run has accounts and assets of its own, so that
 * nothing else on the chain is mixed in, and an earlier run does not disturb a later one.
 */
export function createChainDriver(context: Context): ChainDriver & { close(): Promise<void> } {
  const { chain, content, signal } = context;
  const opened = new Map<string, Opened>();
  const signers = new Map<string, Signer>();
  let run = 0;
  let fee: { before: number; set: number } | undefined;
  let feeBps = 0;
  let driftBefore = 0n;
  let paidIn = 0n;
  let fees = 0n;
  let claimed = 0n;

  /** An account of this run: the devnet's mnemonic, in a range of its own (m/44'/60'/0'/<run>/<index>). */
  const signer = (name: string): Signer => {
    let known = signers.get(name);
    if (!known) {
      known = {
        name,
        account: localAccount(derivePrivateKey(DEV_MNEMONIC, run, signers.size)),
      };
      signers.set(name, known);
    }
    return known;
  };
  const address = (name: string): Address => signer(name).account.address;
  const of = (name: string): Opened => {
    const found = opened.get(name);
    if (!found) throw new Error(`the scenario has no asset ${name}`);
    return found;
  };

  async function setFee(bps: number): Promise<void> {
    await transact(chain, await openSigner('protocol'), {
      contract: 'RevenueVault',
      call: 'setFeeBps',
      args: [bps],
    });
  }

  async function offer(
    owner: string,
    assetId: bigint,
    terms: Pick<Terms, 'rights' | 'royaltyBps' | 'price' | 'text'> & Partial<Terms>,
  ): Promise<number> {
    const whole = termsOfRights(terms.rights, terms.text, terms);
    const { terms: offered } = await attachTerms(
      { ...context, signer: signer(owner) },
      await readAsset(chain, assetId),
      whole,
    );
    return offered.id;
  }

  async function open(scenario: Scenario, asset: ScenarioAsset): Promise<void> {
    const about = `# ${asset.name}\n\nPart of a replay of the scenario ${scenario.name}, run ${run}.\n`;
    const owner = signer(asset.owner);
    const contributors = asset.contributors?.of.map((c) => ({
      account: address(c.account),
      weight: c.weight,
    }));
    const tree = contributors ? buildMerkleSum(contributors) : null;
    const dag = await buildDag(
      [
        { path: 'README.md', bytes: Buffer.from(about) },
        ...(contributors
          ? [{ path: 'contributors.csv', bytes: Buffer.from(serializeContributors(contributors)) }]
          : []),
      ],
      { signal },
    );
    await content.put(dag, { name: asset.name, signal });

    // A relation rests on terms of the parent with the scenario's royalty; they are offered just for this.
    const relations: { parentVersion: bigint; relation: number; termsId: number; licenseId: bigint }[] = [];
    for (const { type, asset: parent, royaltyBps, absolute = false, ceiling = 0n } of asset.relations) {
      const { assetId, versionId, asset: parentAsset } = of(parent);
      const termsId = await offer(parentAsset.owner, assetId, {
        rights: EVERYTHING,
        royaltyBps,
        absolute,
        ceiling,
        price: 0n,
        text: 'LicenseRef-replay',
      });
      relations.push({ parentVersion: versionId, relation: RELATIONS[type].id, termsId, licenseId: 0n });
    }
    const receipt = await transact(chain, owner, {
      contract: 'AssetRegistry',
      call: 'register',
      args: [
        kindId(asset.kind),
        // A name of its own for each run, so that nobody's "penguins" becomes ambiguous.
        runName(asset.name, run, opened.size),
        {
          releaseRoot: dag.rootDigest,
          contentRoot: dag.rootDigest,
          publication: dag.rootDigest,
          keyFingerprint: `0x${'0'.repeat(64)}`,
          relations,
          contributorsBps: asset.contributors?.bps ?? 0,
          contributorCount: tree?.count ?? 0,
          contributorWeight: tree?.total ?? 0n,
          contributorsRoot: tree?.root ?? `0x${'0'.repeat(64)}`,
        },
      ],
    });
    const { assetId, versionId } = eventArgs(receipt, 'AssetRegistry', 'VersionPublished') as {
      assetId: bigint;
      versionId: bigint;
    };
    // Two relations with equal royalties share their terms, which are taken back once.
    const borrowed = new Map(
      asset.relations.map(({ asset: parent }, i) => [
        `${parent} ${relations[i]?.termsId}`,
        { parent, termsId: relations[i]?.termsId ?? 0 },
      ]),
    );
    for (const { parent, termsId } of borrowed.values()) {
      const { assetId: parentId, asset: parentAsset } = of(parent);
      await transact(chain, signer(parentAsset.owner), {
        contract: 'LicenseRegistry',
        call: 'detach',
        args: [parentId, termsId],
      });
    }
    const saleTerms = await offer(asset.owner, assetId, {
      rights: ['RUN', 'COMMERCIAL'],
      royaltyBps: 0,
      price: asset.price,
      text: 'LicenseRef-replay-sale',
    });
    opened.set(asset.name, { asset, assetId, versionId, saleTerms, tree });
  }

  /** What can be claimed by whom now, in wei. */
  async function owed(): Promise<{ name: string; version: bigint; index: number | null; amount: bigint }[]> {
    const all = [...opened.values()].map(async ({ asset, versionId, tree }) => [
      {
        name: asset.owner,
        version: versionId,
        index: null,
        amount: await read(chain, 'RevenueVault', 'ownerOwed', [versionId, 1]),
      },
      ...(await Promise.all(
        (asset.contributors?.of ?? []).map(async ({ account, weight }, index) => ({
          name: account,
          version: versionId,
          index,
          amount: tree
            ? await read(chain, 'RevenueVault', 'contributionOwed', [
                versionId,
                index,
                address(account),
                weight,
              ])
            : 0n,
        })),
      )),
    ]);
    return (await Promise.all(all)).flat();
  }

  return {
    async openAssets(scenario) {
      if (!chain.isDevnet) throw new SaharaError('FUNDING_REFUSED', { url: chain.rpcUrl });
      // Drawn, not counted: two runs at once would count to the same number, and share their accounts.
      run = randomInt(2 ** 31);
      feeBps = scenario.feeBps;
      const before = await read(chain, 'RevenueVault', 'feeBps', []);
      if (before !== scenario.feeBps) {
        await setFee(scenario.feeBps);
        fee = { before, set: scenario.feeBps };
      }
      driftBefore = await readDrift(chain);
      const names = new Set(
        scenario.assets.flatMap((a) => [a.owner, ...(a.contributors?.of.map((c) => c.account) ?? [])]),
      );
      for (const { buyers } of scenario.demand) for (const buyer of buyers) names.add(buyer);
      await Promise.all(
        [...names].map((name) =>
          chain.rpc({
            method: 'anvil_setBalance',
            params: [address(name), `0x${(10n ** 24n).toString(16)}`],
          }),
        ),
      );
      for (const asset of scenario.assets) {
        signal.throwIfAborted();
        await open(scenario, asset);
      }
    },

    async purchase(purchases) {
      // An account's own transactions go one after the other; those of different accounts side by side.
      const queues = Map.groupBy(purchases, (p) => p.buyer);
      const waiting = [...queues];
      const work = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop())
          for (const { asset: name } of next[1]) {
            signal.throwIfAborted();
            const { asset, assetId, saleTerms } = of(name);
            const receipt = await transact(chain, signer(next[0]), {
              contract: 'Marketplace',
              call: 'buyNative',
              args: [assetId, saleTerms, address(next[0])],
              value: asset.price,
            }).catch((error: unknown) => {
              if (isRevert(error, 'CeilingReached')) return null; // the model leaves it out as well
              throw error;
            });
            if (receipt === null || asset.price === 0n) continue;
            const paid = eventArgs(receipt, 'RevenueVault', 'Paid') as { amount: bigint; fee: bigint };
            // Said here, or the comparison would say that the chain and the model disagree.
            if (paid.fee !== (paid.amount * BigInt(feeBps)) / 10_000n)
              throw new SaharaError('REVENUE_FEE_CHANGED', {
                expected: feeBps,
                paid: `${paid.amount}`,
                fee: `${paid.fee}`,
              });
            paidIn += paid.amount;
            fees += paid.fee;
          }
      };
      await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, queues.size) }, work));
    },

    async settle(assets) {
      const ids = assets.map((name) => of(name).versionId);
      await transact(chain, await openSigner('protocol'), {
        contract: 'RevenueVault',
        call: 'settle',
        args: [ids],
      });
    },

    async balances(accounts) {
      const [claimable, held] = await Promise.all([
        owed(),
        Promise.all(
          accounts.map((a) =>
            a === PROTOCOL_ACCOUNT ? fees : read(chain, 'WSAHARA', 'balanceOf', [address(a)]),
          ),
        ),
      ]);
      const sums = new Map(accounts.map((account, i) => [account, held[i] ?? 0n]));
      for (const { name, amount } of claimable) sums.set(name, (sums.get(name) ?? 0n) + amount);
      return sums;
    },

    async totals() {
      const flows = await Promise.all(
        [...opened.values()].map(({ versionId }) => readFlow(chain, versionId)),
      );
      // What strangers sent to the vault before is not part of this run.
      const drift = (await readDrift(chain)) - driftBefore;
      return {
        paidIn,
        fees,
        unsettled: flows.reduce((sum, flow) => sum + flow.unsettled, 0n),
        pools: flows.reduce((sum, flow) => sum + pooled(flow), 0n),
        claimed,
        drift,
      };
    },

    async claimAll() {
      for (const { name, version, index, amount } of await owed()) {
        signal.throwIfAborted();
        if (amount === 0n) continue;
        const by = signer(name);
        if (index === null)
          await transact(chain, by, { contract: 'RevenueVault', call: 'claimOwner', args: [version, 1] });
        else {
          const proof = [...opened.values()].find((o) => o.versionId === version)?.tree?.proof(index);
          if (!proof) throw new Error('a contributor without a proof');
          await transact(chain, by, {
            contract: 'RevenueVault',
            call: 'claimContribution',
            args: [version, index, proof.account, proof.weight, proof.siblings, proof.siblingSums],
          });
        }
        claimed += amount;
      }
    },

    async close() {
      // Whoever has set another fee since means it.
      if (fee && (await read(chain, 'RevenueVault', 'feeBps', [])) === fee.set) await setFee(fee.before);
    },
  };
}

/** A name of at most 26 characters that no other run and no other asset of this run has. */
function runName(name: string, run: number, index: number): string {
  const suffix = `-run${run.toString(36)}`;
  const room = 26 - suffix.length;
  const short = name.length <= room ? name : `${name.slice(0, room - 4).replace(/-+$/, '')}-${index}`;
  return `${short}${suffix}`;
}

/** Wei ever booked to a version's owner and contributors. */
function pooled({ settledUnits, contributorUnit, ownerUnit, direct }: Flow): bigint {
  return (
    settledUnits * BigInt(contributorUnit + ownerUnit) +
    direct.settledUnits * BigInt(direct.contributorUnit + direct.ownerUnit)
  );
}
