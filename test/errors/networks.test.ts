import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { networkErrors } from '../../src/base/errors-table/networks.ts';
import { codeOnChain } from '../../src/chain/generated/code-on-chain.ts';
import { openChain } from '../../src/chain/index.ts';
import { deliverOnNetwork } from '../../src/chain/network/deliver.ts';
import { localAccount } from '../../src/config/local-account.ts';
import {
  givePassword,
  type OtherNetwork,
  openAccount,
  type Person,
  startOtherNetwork,
} from '../e2e/other-network.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-networks');
let network: OtherNetwork;
let alice: Person;

beforeAll(async () => {
  givePassword(world);
  network = await startOtherNetwork(8600, world);
  alice = await openAccount(world, 'alice', [network]);
  world.env['SAHARA_NETWORKS'] = JSON.stringify({ staging: { rpcUrl: network.url, chainId: 8600 } });
  world.env['SAHARA_ACCOUNT'] = 'alice';
  world.write('sahara.config.yaml', `networks: {old: {rpcUrl: 'http://127.0.0.1:9', chainId: 9}}\n`);
  world.write('program/sahara.config.ts', 'export default {};\n');
  smallDataset(world, 'letters');
  await world.json(['network', 'deploy', 'staging', '--yes']);
});
afterAll(() => network.stop());

const { AccessManager, BatchExecutor, Marketplace } = codeOnChain;
/** Other code at an address, for as long as one provocation takes. */
async function withCode(address: string, code: string): Promise<() => Promise<unknown>> {
  const own = await network.rpc('eth_getCode', [address, 'latest']);
  await network.rpc('anvil_setCode', [address, code]);
  return () => network.rpc('anvil_setCode', [address, own]);
}
const onStaging = () => ({ SAHARA_NETWORK: 'staging' });

/** A payment that waits on a chain that makes no blocks: `meanwhile` is done about it. */
async function waiting(meanwhile: (nonce: string) => Promise<unknown>): Promise<unknown> {
  const chain = await openChain({ rpcUrl: network.url, chainId: 8600, instanceId: null });
  const account = localAccount(Buffer.from(alice.key.slice(2), 'hex'));
  const nonce = await network.rpc('eth_getTransactionCount', [alice.address, 'latest']);
  await network.rpc('evm_setAutomine', [false]);
  try {
    const sent = deliverOnNetwork(
      chain,
      { name: 'alice', account },
      { to: alice.address, data: '0x', value: 1n, gas: 21_000n, what: 'A payment' },
      { patienceMs: 2_000 },
    );
    await Promise.all([sent, meanwhile(nonce)]);
    return undefined;
  } finally {
    await network.rpc('anvil_dropAllTransactions');
    await network.rpc('evm_setAutomine', [true]);
  }
}

provokeEach(world, networkErrors, {
  NETWORK_UNKNOWN: { run: ['network', 'use', 'stagin'], says: /did you mean "staging"/ },
  // The address is known only when it runs.
  NETWORK_EXISTS: async () => {
    await world.refused(['network', 'add', 'old', '--rpc', network.url], {
      code: 'SAH-3021',
      exit: 5,
      says: /"old" already/,
    });
  },
  SETTINGS_NOT_EDITABLE: {
    run: ['network', 'use', 'staging', '--project', 'program'],
    says: /it is a program/,
  },
  NETWORK_IN_USE: { run: ['network', 'remove', 'old'], env: () => ({ SAHARA_NETWORK: 'old' }) },
  PROTOCOL_OTHER: {
    run: ['account', 'send', 'alice', '1', '--yes'],
    env: onStaging,
    given: () => withCode(Marketplace.address, '0x00'),
    says: /Marketplace/,
  },
  COST_UNCONFIRMED: { run: ['account', 'send', 'alice', '1'], env: onStaging, says: /gwei/ },
  TRANSACTION_REPLACED: {
    call: () =>
      waiting(async (nonce) => {
        // As if another program had used the number: the count has risen, and nobody knows ours.
        await new Promise((r) => setTimeout(r, 300));
        await network.rpc('anvil_dropAllTransactions');
        await network.rpc('anvil_setNonce', [alice.address, `0x${(Number(nonce) + 1).toString(16)}`]);
      }),
    says: /will be/,
  },
  TRANSACTION_PENDING: { call: () => waiting(async () => undefined), says: /in no block after 2 s/ },
  CREATE2_MISSING: {
    run: ['network', 'deploy', 'staging', '--yes'],
    given: async () => {
      const undo = [
        await withCode('0x4e59b44847b379578588920cA78FbF26c0B4956C', '0x'),
        await withCode(codeOnChain.Deployer.address, '0x'),
      ];
      return () => Promise.all(undo.map((one) => one()));
    },
  },
  KEYSTORE_UNREADABLE: {
    run: ['account', 'send', 'alice', '1', '--account', 'broken', '--yes'],
    env: onStaging,
    given: () => {
      world.write('.sahara/accounts/broken.json', JSON.stringify({ version: 1, address: '12'.repeat(20) }));
      return () => rmSync(join(world.project, '.sahara/accounts/broken.json'));
    },
    says: /version is not 3/,
  },
  KEYSTORE_PASSWORD: {
    run: ['account', 'send', 'alice', '1', '--yes'],
    env: () => ({ ...onStaging(), SAHARA_PASSWORD_FILE: world.write('wrong', 'wrong') }),
  },
  PASSWORD_MISSING: {
    run: ['account', 'send', 'alice', '1', '--yes'],
    env: () => ({ ...onStaging(), SAHARA_PASSWORD_FILE: '' }),
    says: /no terminal to ask/,
  },
  ACCOUNT_TAKEN: { run: ['account', 'new', 'alice'] },
  ACCOUNT_NAME_INVALID: { run: ['account', 'new', 'Alice B'] },
  ADMIN_OTHER: {
    run: ['network', 'deploy', 'staging', '--account', 'bob', '--yes'],
    given: async () => {
      await openAccount(world, 'bob', [network]);
      return await withCode(BatchExecutor.address, '0x');
    },
    says: new RegExp(AccessManager.address),
  },
  CONTENT_UNSET: { run: ['publish', 'letters', '--yes'], env: onStaging, says: /go with/ },
} satisfies Record<keyof typeof networkErrors, Provocation>);
