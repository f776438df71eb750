import { beforeAll } from 'vitest';
import { revenueErrors } from '../../src/base/errors-table/revenue.ts';
import { read, transact } from '../../src/chain/index.ts';
import type { SigningContext } from '../../src/context/index.ts';
import { buildMerkleSum, createBooks } from '../../src/revenue/index.ts';
import { createChainDriver, parseScenario } from '../../src/simulation/index.ts';
import { as, openScripted, smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-revenue');
const LABELER = `0x${'14'.repeat(20)}` as const;
let protocol: SigningContext;

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'letters', {}, 'contributors: {share: 40%, file: who.csv}\n');
  protocol = await as(await openScripted(world), 'protocol');
});

/**
 * The vault's rules on one version with two contributors; commands ask the chain's vault, which has the same.
 *
 * @param totalWeight what the publisher says that the weights add up to
 */
function books(totalWeight = 2n) {
  const of = ['labeler', 'reviewer'].map((account) => ({ account, weight: 1n }));
  const made = createBooks({ feeBps: 250 });
  made.setOwner(1, 'curator');
  made.setOwner(2, 'trainer');
  made.openVersion({
    version: 1,
    asset: 1,
    contributors: { bps: 5_000, of, totalWeight },
  });
  return made;
}

/** A dataset with two contributors; publishing it a second time changes nothing. */
async function publishWords(): Promise<void> {
  smallDataset(world, 'words', {}, 'contributors: {share: 40%, file: who.csv}\n');
  world.write('words/who.csv', 'account,weight\nlabeler,5\nreviewer,3\n');
  await world.json(['publish', 'words']);
}

provokeEach(world, revenueErrors, {
  CONTRIBUTORS_INVALID: {
    run: ['publish', 'letters'],
    given: () => void world.write('letters/who.csv', 'account,weight\nlabeler,5\nlabeller,5\n'),
    says: /who\.csv:3: "labeller".*"labeler"/,
  },
  CONTRIBUTOR_TREE_INVALID: { call: () => buildMerkleSum([{ account: LABELER, weight: 0n }]), says: /0/ },
  CONTRIBUTORS_FILE_MISSING: {
    run: ['contributors', 'build', 'nowhere.csv'],
    says: /nowhere\.csv cannot be read: ENOENT/,
  },
  CONTRIBUTORS_NOT_REGISTERED: {
    run: ['contributors', 'prove', 'words', '0', '--file', 'words/richer.csv'],
    given: async () => {
      await publishWords();
      world.write('words/richer.csv', 'account,weight\nlabeler,5\nreviewer,9\n');
    },
    says: /richer\.csv.*words@1.*add up to 14, and 8 is registered/,
  },
  CONTRIBUTORS_NONE: {
    run: ['contributors', 'check', 'lonely'],
    given: async () => {
      smallDataset(world, 'lonely');
      await world.json(['publish', 'lonely']);
    },
    says: /lonely@1/,
  },
  CONTRIBUTOR_NOT_LISTED: {
    run: ['contributors', 'prove', 'words', 'buyer'],
    given: () => publishWords(),
    says: /buyer is none of the 2 contributors/,
  },
  REVENUE_VERSION_UNKNOWN: { call: () => books().books(7), says: /version 7/ },
  REVENUE_ASSET_UNKNOWN: { call: () => books().pay(7, 1n), says: /asset 7/ },
  REVENUE_SPLIT_INVALID: {
    call: () => books().openVersion({ version: 2, asset: 2, parents: [{ version: 1, royaltyBps: 10_001 }] }),
    says: /Version 2/,
  },
  REVENUE_AMOUNT_INVALID: { call: () => books().pay(1, 0n), says: /^0 wei/ },
  REVENUE_FEE_TOO_HIGH: { call: () => createBooks({ feeBps: 1_001 }), says: /1001/ },
  REVENUE_PERIOD_UNKNOWN: { call: () => books().claimOwner(1, 9), says: /period 9/ },
  REVENUE_CONTRIBUTOR_UNKNOWN: { call: () => books().claimContribution(1, 4), says: /index 4/ },
  REVENUE_POOL_EXCEEDED: {
    call: () => {
      const made = books(1n);
      made.pay(1, 1_000_000n);
      made.settleAll();
      made.claimContribution(1, 0);
      return made.claimContribution(1, 1);
    },
    says: /Version 1 has \d+ wei for contributors/,
  },
  REVENUE_CEILING_REACHED: {
    call: () => {
      const made = books();
      made.openVersion({
        version: 2,
        asset: 2,
        parents: [{ version: 1, royaltyBps: 0, ceiling: 10n ** 18n }],
      });
      made.pay(2, 10n ** 18n);
      return made.pay(2, 10n ** 18n);
    },
    says: /Version 2 may be paid 1 SAHARA in all; .* 1\.95/,
  },
  REVENUE_ROYALTIES_TOO_HIGH: {
    call: () => {
      const made = books();
      const parents = [{ version: 1, royaltyBps: 6_000, policy: 'ABSOLUTE' as const }];
      made.openVersion({ version: 2, asset: 2, parents });
      made.openVersion({ version: 3, asset: 2, parents: [{ version: 2, royaltyBps: 5_000 }] });
    },
    says: /Version 3 would owe 110% .* version 1/,
  },
  REVENUE_OBLIGATIONS_TOO_MANY: {
    call: () => {
      const made = books();
      for (let version = 2; version <= 18; version++)
        made.openVersion({
          version,
          asset: 2,
          parents: [{ version: version - 1, royaltyBps: 1, policy: 'ABSOLUTE' }],
        });
    },
    says: /17 ancestors or more; 16/,
  },
  // Somebody sets the fee while a replay is under way.
  REVENUE_FEE_CHANGED: {
    call: async () => {
      const before = await read(protocol.chain, 'RevenueVault', 'feeBps', []);
      const setFee = (bps: number) =>
        transact(protocol.chain, protocol.signer, {
          contract: 'RevenueVault',
          call: 'setFeeBps',
          args: [bps],
        });
      const driver = createChainDriver(protocol);
      try {
        await driver.openAssets(parseScenario(SCENARIO));
        await setFee(300);
        await driver.purchase([
          { kind: 'purchase', day: 1, second: 0, buyer: 'reader', asset: 'letters', amount: 10n ** 18n },
        ]);
      } finally {
        await driver.close();
        await setFee(before);
      }
    },
    says: /not 100 basis points/,
  },
} satisfies Record<keyof typeof revenueErrors, Provocation>);

const SCENARIO = `
name: other-fee
seed: 1
days: 1
feePercent: 1
assets: [{name: letters, kind: dataset, owner: curator, price: 3}]
demand: [{asset: letters, buyers: [reader], constant: {perDay: 1}}]
`;
