import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll } from 'vitest';
import { chainErrors } from '../../src/base/errors-table/chain.ts';
import { transact } from '../../src/chain/index.ts';
import { anvilBinary } from '../../src/devnet/toolkit.ts';
import type { Door } from '../e2e/loopback.ts';
import { as, FREE, openScripted, smallDataset } from '../e2e/scripted.ts';
import { createWorld, freePorts, type Live, rpc, until } from '../e2e/support.ts';
import { openDoor } from './door.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-chain');
const [bare = 0] = await freePorts(1);
let live: Live;
/** A chain that nobody put the protocol on. */
let foreign: ChildProcess | undefined;
/** A chain that is no devnet, as it says. */
let publicChain: Door;
/** A chain that has always seen no transaction of anybody. */
let forgetful: Door;

afterAll(() => {
  foreign?.kill('SIGKILL');
  publicChain.close();
  forgetful.close();
});

const at = (rpcUrl: string) => () => ({ SAHARA_RPC_URL: rpcUrl });

beforeAll(async () => {
  live = await world.startDevnet();
  smallDataset(world, 'letters', {}, FREE);
  await world.json(['publish', 'letters']);
  foreign = spawn(anvilBinary(), ['--port', `${bare}`, '--silent'], { env: world.env, stdio: 'ignore' });
  publicChain = await openDoor(live.chain.rpcUrl, ({ method }) =>
    /^(anvil|evm|hardhat)_/.test(method)
      ? { error: { code: -32601, message: 'Method not found' } }
      : undefined,
  );
  forgetful = await openDoor(live.chain.rpcUrl, ({ method }) =>
    method === 'eth_getTransactionCount' ? { result: '0x0' } : undefined,
  );
  await until(
    () =>
      rpc(`http://127.0.0.1:${bare}`, 'eth_blockNumber').then(
        () => true,
        () => false,
      ),
    'the other chain',
  );
});

provokeEach(world, chainErrors, {
  CHAIN_UNREACHABLE: { run: ['asset', 'list'], env: at('http://127.0.0.1:9'), says: /127\.0\.0\.1:9/ },
  CHAIN_WRONG: {
    run: ['asset', 'list'],
    env: () => ({ SAHARA_CHAIN_ID: '1', ...at(live.chain.rpcUrl)() }),
    says: /31337; 1 was expected/,
  },
  // A project that remembers another anvil than the one that answers where its own was.
  CHAIN_FOREIGN: {
    run: ['asset', 'list', '--project', 'elsewhere'],
    given: () => {
      const state = '.sahara/devnet/default/live.json';
      const remembered = readFileSync(join(world.project, state), 'utf8');
      // Of a devnet that has ended: its supervisor is not there, and its port is another chain's.
      const ended = remembered
        .replace(live.chain.instanceId, `0x${'12'.repeat(32)}`)
        .replaceAll(live.socket, join(world.project, 'elsewhere/none.sock'));
      world.write(`elsewhere/${state}`, ended);
      return () => rmSync(join(world.project, 'elsewhere'), { recursive: true });
    },
  },
  PROTOCOL_MISSING: { run: ['asset', 'list'], env: at(`http://127.0.0.1:${bare}`), says: /no code at 0x/ },
  FUNDS_MISSING: {
    run: ['revenue', 'pay', 'letters', '99999999', '--account', 'buyer'],
    says: /buyer has \d+.* SAHARA, and needs 99999999/,
  },
  TRANSACTION_REVERTED: {
    call: async () => {
      const curator = await as(await openScripted(world), 'curator');
      return transact(curator.chain, curator.signer, {
        contract: 'Marketplace',
        call: 'buy',
        args: [1n, 1, privateKeyToAccount(generatePrivateKey()).address],
      });
    },
    says: /Marketplace\.buy was refused: FreeForSelfOnly/,
  },
  AMOUNT_INVALID: { run: ['revenue', 'pay', 'letters', '1,5'], says: /"1,5"/ },
  NONCE_CONTENTION: {
    run: ['account', 'send', 'dao', '1', '--account', 'curator'],
    env: () => at(forgetful.url)(),
    says: /curator/,
  },
  FUNDING_REFUSED: { run: ['account', 'fund', 'dao', '1'], env: () => at(publicChain.url)() },
  DEV_KEYS_REFUSED: {
    run: ['account', 'send', 'dao', '1'],
    env: () => at(publicChain.url)(),
    says: /curator/,
  },
  GAS_EXCEEDED: {
    run: ['license', 'set', 'letters', '--preset', 'non-commercial', '--price', '3'],
    given: async () => {
      await rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x186a0']);
      return () => rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x1c9c380']);
    },
    says: /LicenseRegistry/,
  },
} satisfies Record<keyof typeof chainErrors, Provocation>);
