import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWalletClient, defineChain, type Hex, http, parseEther, parseGwei, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOnChain } from '../../src/chain/generated/code-on-chain.ts';
import { type RunningNode, startNode } from '../../src/content/testing/node.ts';
import { openDoor } from '../errors/door.ts';
import {
  givePassword,
  type OtherNetwork,
  openAccount,
  type Person,
  startOtherNetwork,
} from './other-network.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, ROOT, until } from './support.ts';
import { has, openTerminal } from './terminal.ts';

/* Networks other than the devnet: a bare anvil with another chain id plays one. */

const world = await createWorld('networks');
let network: OtherNetwork;
let other: OtherNetwork;
let node: RunningNode;
let [alice, bob, carol]: Person[] = [];

beforeAll(async () => {
  givePassword(world);
  [network, other] = await Promise.all([startOtherNetwork(8600, world), startOtherNetwork(8700, world)]);
  alice = await openAccount(world, 'alice', [network, other]);
  bob = await openAccount(world, 'bob', [network, other]);
  carol = await openAccount(world, 'carol', [network, other]);
  node = await startNode(join(world.dir, 'node'));
  world.env['SAHARA_IPFS_API'] = node.api;
  world.env['SAHARA_IPFS_GATEWAY'] = node.gateway;
  world.write('sahara.config.yaml', '# ours\naccount: alice # who\n');
});
afterAll(async () => {
  network.stop();
  other.stop();
  await node.stop();
});

const person = (one: Person | undefined): Person => {
  if (!one) throw new Error('nobody');
  return one;
};
const nonceOf = async (one: Person | undefined, tag = 'latest', at = network) =>
  Number(await at.rpc('eth_getTransactionCount', [person(one).address, tag]));
const balanceOf = async (one: Person | undefined) =>
  BigInt(await network.rpc('eth_getBalance', [person(one).address, 'latest']));
const codeAt = (at: OtherNetwork, address: string) => at.rpc('eth_getCode', [address, 'latest']);
const outbox = () => {
  const folder = join(world.project, '.sahara/outbox');
  const ofNetwork = existsSync(folder) ? readdirSync(folder).filter((f) => f.startsWith('8600-')) : [];
  return ofNetwork.flatMap((f) => readdirSync(join(folder, f)));
};
type Listed = { name: string; state: string; reason: string | null; chainId: number; selected: boolean };
const listed = async (name: string) =>
  (await world.json<Listed[]>(['network', 'list'])).find((n) => n.name === name);

describe('settings', () => {
  test('a network is added when its chain answers, and only as the one that was meant', async () => {
    await world.refused(['network', 'add', 'staging', '--rpc', network.url, '--chain-id', '1'], {
      code: 'SAH-3002',
      exit: 5,
      says: /chain id 8600; 1 was expected/,
    });
    await world.refused(['network', 'add', 'staging', '--rpc', 'http://127.0.0.1:9'], {
      code: 'SAH-3001',
      exit: 6,
    });
    // The known testnet, at an address where another chain answers.
    await world.refused(['network', 'add', 'sahara-testnet', '--rpc', network.url], {
      code: 'SAH-3002',
      exit: 5,
      says: /313313 was expected/,
    });
    expect(readFileSync(join(world.project, 'sahara.config.yaml'), 'utf8')).not.toContain('networks');

    const dry = await world.json([
      'network',
      'add',
      'staging',
      '--rpc',
      network.url,
      '--coin',
      'TST',
      '--dry-run',
    ]);
    expect(dry).toMatchObject({ name: 'staging', chainId: 8600, coin: 'TST', changed: true });
    await world.json(['network', 'add', 'staging', '--rpc', network.url, '--coin', 'TST']);
    expect(await world.json(['network', 'add', 'staging', '--rpc', network.url])).toMatchObject({
      changed: false,
    });
    const text = readFileSync(join(world.project, 'sahara.config.yaml'), 'utf8');
    expect(text).toMatch(/^# ours\naccount: alice # who\n/);
    expect(await listed('staging')).toMatchObject({ state: 'bare', chainId: 8600, selected: false });
  });

  test('each network is listed as it stands, and nobody is asked without need', async () => {
    const networks = {
      gone: { rpcUrl: 'http://127.0.0.1:9', chainId: 1 },
      mistaken: { rpcUrl: network.url, chainId: 5 },
    };
    const all = await world.json<Listed[]>(['network', 'list'], {
      env: { SAHARA_NETWORKS: JSON.stringify(networks) },
    });
    expect(all.map(({ name, state, selected }) => [name, state, selected])).toEqual([
      ['devnet', 'offline', true],
      ['sahara-testnet', 'unasked', false],
      ['staging', 'bare', false],
      ['gone', 'offline', false],
      ['mistaken', 'wrong-chain', false],
    ]);
  });

  test('a chain that is not the one of the settings is refused before anything is signed', async () => {
    const networks = JSON.stringify({ mistaken: { rpcUrl: network.url, chainId: 5 } });
    const env = { SAHARA_NETWORKS: networks, SAHARA_NETWORK: 'mistaken' };
    for (const line of [
      ['account', 'send', 'bob', '1', '--yes'],
      ['network', 'deploy', 'mistaken', '--yes'],
    ])
      await world.refused(line, { code: 'SAH-3002', exit: 5 }, { env });
    expect(await nonceOf(alice, 'pending')).toBe(0);
  });
});

describe('deploying', () => {
  const addresses = Object.values(codeOnChain).map((c) => c.address);
  type Deployed = {
    contracts: { contract: string; state: string; gas: string }[];
    gas: string;
    cost: string;
    isAdmin: boolean | null;
  };

  test('tells what it costs, and does nothing unless somebody agrees', async () => {
    const dry = await world.json<Deployed>(['network', 'deploy', 'staging', '--dry-run']);
    expect(dry.contracts.map((c) => c.state)).toEqual(addresses.map(() => 'missing'));
    await world.refused(['network', 'deploy', 'staging'], {
      code: 'SAH-3025',
      exit: 2,
      says: /Deploying 10 contracts on staging \(chain 8600\) costs about 0\.\d+ TST for gas/,
    });
    await world.refused(['network', 'deploy', 'staging', '--account', 'curator', '--yes'], {
      code: 'SAH-3010',
      exit: 4,
    });
    expect(await nonceOf(alice, 'pending')).toBe(0);
  });

  test('a run that is killed is taken up by the next, and nothing is deployed twice', async () => {
    const foretold = BigInt((await world.json<Deployed>(['network', 'deploy', 'staging', '--dry-run'])).gas);
    const killed = world.start(['network', 'deploy', 'staging', '--yes']);
    await until(
      async () => (await codeAt(network, codeOnChain.AccessManager.address)) !== '0x',
      'a few of them',
    );
    killed.child.kill('SIGKILL');
    await killed.result;
    const done = await world.json<Deployed>(['network', 'deploy', 'staging', '--yes']);
    const states = done.contracts.map((c) => c.state);
    expect(states.slice(0, 3)).toEqual(['there', 'there', 'there']);
    expect(states.at(-1)).toBe('deployed');
    expect(done.isAdmin).toBe(true);
    expect(await nonceOf(alice), 'one transaction for each contract').toBe(addresses.length);
    // The fees tell what both runs used: the estimate is not far from it, and on the safe side.
    let used = 0n;
    const last = Number(await network.rpc('eth_blockNumber'));
    for (let n = 1; n <= last; n++) {
      const block = await network.rpc<{ gasUsed: string }>('eth_getBlockByNumber', [toHex(n), false]);
      used += BigInt(block.gasUsed);
    }
    expect(foretold).toBeGreaterThanOrEqual(used);
    expect(foretold).toBeLessThan((used * 11n) / 10n);
    expect(await listed('staging')).toMatchObject({ state: 'ready', reason: null });
    const again = await world.json<Deployed>(['network', 'deploy', 'staging', '--yes']);
    expect(again).toMatchObject({ gas: '0', cost: '0' });
    expect(await nonceOf(alice)).toBe(addresses.length);
    expect(outbox()).toEqual([]);
  });

  test('gives the same code as the genesis block of devnets has, but for the chain’s own words', async () => {
    const genesis = JSON.parse(readFileSync(join(ROOT, 'devnet/genesis/genesis.json'), 'utf8')) as {
      alloc: Record<string, { code?: Hex }>;
    };
    const differing: string[] = [];
    for (const [name, { address }] of Object.entries(codeOnChain))
      if ((await codeAt(network, address)) !== genesis.alloc[address]?.code) differing.push(name);
    expect(differing).toEqual(['WSAHARA']);
  });

  test('other code at one of the addresses is refused: to deploy, and to sign anything', async () => {
    const { address } = codeOnChain.Marketplace;
    const code = await codeAt(network, address);
    await network.rpc('anvil_setCode', [address, `${code.slice(0, -2)}${code.endsWith('00') ? '01' : '00'}`]);
    expect(await listed('staging')).toMatchObject({ state: 'other', reason: `Marketplace at ${address}` });
    await world.refused(['network', 'deploy', 'staging', '--yes'], {
      code: 'SAH-3024',
      exit: 7,
      says: /Marketplace/,
    });
    await world.refused(
      ['account', 'send', 'bob', '1', '--yes'],
      { code: 'SAH-3024', exit: 7 },
      { env: { SAHARA_NETWORK: 'staging' } },
    );
    await network.rpc('anvil_setCode', [address, code]);
    // WSAHARA of another chain: its own words are not those of this one.
    const { address: token } = codeOnChain.WSAHARA;
    const own = await codeAt(network, token);
    await network.rpc('anvil_setCode', [
      token,
      own.replace(toHex(8600, { size: 32 }).slice(2), toHex(1, { size: 32 }).slice(2)),
    ]);
    expect(await listed('staging')).toMatchObject({ state: 'other' });
    await network.rpc('anvil_setCode', [token, own]);
    expect(await listed('staging')).toMatchObject({ state: 'ready' });
  });

  test('what somebody else has begun is not finished for them', async () => {
    await world.json(['network', 'add', 'second', '--rpc', other.url]);
    const killed = world.start(['network', 'deploy', 'second', '--account', 'bob', '--yes']);
    await until(
      async () => (await codeAt(other, codeOnChain.AccessManager.address)) !== '0x',
      'a few of them',
    );
    killed.child.kill('SIGKILL');
    await killed.result;
    expect(await listed('second')).toMatchObject({ state: 'unfinished' });
    await world.refused(['network', 'deploy', 'second', '--yes'], { code: 'SAH-3034', exit: 7 });
    expect(await nonceOf(alice, 'pending', other)).toBe(0);
    await world.json(['network', 'remove', 'second']);
  });
});

describe('commands on a network', () => {
  beforeAll(async () => {
    await world.json(['network', 'use', 'staging']);
    smallDataset(
      world,
      'letters',
      {},
      'terms:\n  - rights: [ACCESS, TRAIN]\n    price: 3\n    royalty: 5%\n    text: MIT\n',
    );
    smallDataset(world, 'crash', {}, FREE);
  });

  test('the life of an asset: published, bought, settled and claimed, by keys of one’s own', async () => {
    expect(await world.json(['publish', 'letters', '--yes'])).toMatchObject({ asset: { name: 'letters' } });
    const nonce = await nonceOf(alice);
    await world.json(['publish', 'letters', '--yes']);
    expect(await nonceOf(alice), 'a publication is made once').toBe(nonce);
    await world.json(['asset', 'verify', 'letters']);
    await world.json(['market', 'buy', 'letters', '--account', 'bob', '--yes']);
    await world.json(['revenue', 'settle', '--account', 'bob', '--yes']);
    const claimed = await world.json(['revenue', 'claim', '--yes']);
    expect(claimed).toMatchObject({ account: 'alice' });
    const [mine] = await world.json<{ wrapped: string }[]>(['account', 'balance', 'alice']);
    // 3, less the fee of 2.5 %.
    expect(mine?.wrapped).toBe(parseEther('2.925').toString());
  });

  test('development keys sign nothing here, whatever the command', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, { writes?: string[]; flags: Record<string, unknown> }>;
    };
    const lines: Record<string, string[]> = {
      'account:send': ['bob', '1'],
      'account:unwrap': ['1'],
      'asset:deprecate': ['letters'],
      'asset:revoke': ['letters', '--reason', 'x'],
      'asset:transfer': ['letters', 'bob'],
      batch: ['operations.ndjson'],
      'key:revoke': ['current'],
      'key:rotate': [],
      'license:appeal': ['1', '--reason', 'x'],
      'license:renew': ['1'],
      'license:revoke': ['1', '--reason', 'x'],
      'license:set': ['letters', '--preset', 'open-use'],
      'license:unset': ['letters', '--terms', '1'],
      'market:buy': ['letters'],
      'network:deploy': ['staging'],
      publish: ['crash'],
      'revenue:claim': [],
      'revenue:pay': ['letters', '1'],
      'revenue:settle': [],
    };
    const signing = Object.entries(manifest.commands)
      .filter(([, c]) => c.writes?.includes('chain') && 'account' in c.flags)
      .map(([id]) => id);
    expect(Object.keys(lines).sort()).toEqual(signing.filter((id) => id !== 'simulate').sort());
    for (const id of signing.filter((i) => i in lines))
      expect(Object.keys(manifest.commands[id]?.flags ?? {}), id).toContain('yes');
    world.write('operations.ndjson', `${JSON.stringify({ op: 'account.send', to: 'bob', amount: '1' })}\n`);
    const mined = await network.rpc('eth_blockNumber');
    const all = Object.entries(lines);
    for (let i = 0; i < all.length; i += 3)
      await Promise.all(
        all.slice(i, i + 3).map(async ([id, rest]) => {
          const line = [...id.split(':'), ...rest, '--account', 'curator', '--yes'];
          const { error, exit } = await world.envelope(line);
          expect({ line, code: error?.code, exit }).toEqual({ line, code: 'SAH-3010', exit: 4 });
        }),
      );
    expect(await network.rpc('eth_blockNumber')).toBe(mined);
    expect(await network.rpc('txpool_status')).toMatchObject({ pending: '0x0', queued: '0x0' });
  });

  test('an anvil with the id of a network is no devnet, and coins are not made there', async () => {
    await world.refused(['account', 'fund', 'bob', '1'], { code: 'SAH-3009', exit: 4 });
  });

  test('what costs money says so; without a word for it nothing is sent', async () => {
    const before = await nonceOf(alice);
    const error = await world.refused(['account', 'send', 'bob', '1'], {
      code: 'SAH-3025',
      exit: 2,
      says: /A payment on staging \(chain 8600\) costs about 0\.\d+ TST for gas \(21000 x [\d.]+ gwei\), at most 0\.\d+; 1 TST go along/,
    });
    expect(error.fix).toContain('--yes');
    expect(await nonceOf(alice, 'pending')).toBe(before);
    const ran = await world.run(['account', 'send', 'bob', '1', '--yes']);
    expect(ran.stderr).toMatch(/A payment on staging \(chain 8600\): about 0\.\d+ TST for gas/);
    expect(ran.code).toBe(0);
  });

  test('whoever has too little is not sent to a devnet', async () => {
    const { error } = await world.envelope(['account', 'send', 'bob', '1000', '--yes']);
    expect(error).toMatchObject({ code: 'SAH-3005', params: { isDevnet: false } });
    expect(error?.next).toMatchObject([{ command: 'sahara account send --help' }]);
  });

  test.skipIf(!has('tmux'))('on a terminal it asks, and no means no', async () => {
    const before = await nonceOf(alice);
    const line = [process.execPath, join(ROOT, 'bin/run.js'), 'account', 'send', 'bob', '1'].join(' ');
    for (const [answer, sent] of [
      ['n', 0],
      ['y', 1],
    ] as const) {
      const terminal = openTerminal(world, [`${line}; echo exit $?; sleep 60`], {});
      try {
        await terminal.shows(/A payment on staging \(chain 8600\): about .* Send it\?/s);
        terminal.type(answer);
        terminal.press('Enter');
        await terminal.shows(sent ? /alice sent 1 SAHARA to bob[\s\S]*exit 0/ : /SAH-3025[\s\S]*exit 2/);
      } finally {
        terminal.close();
      }
      expect(await nonceOf(alice)).toBe(before + sent);
    }
  });

  test('a password that is wrong, or missing, is told, and nothing of it is printed', async () => {
    const file = world.write('wrong', 'swordfish\n');
    const line = ['account', 'send', 'bob', '1', '--yes'];
    const wrong = await world.refused(
      line,
      { code: 'SAH-3030', exit: 4 },
      { env: { SAHARA_PASSWORD_FILE: file } },
    );
    expect(JSON.stringify(wrong)).not.toContain('swordfish');
    await world.refused(line, { code: 'SAH-3031', exit: 2 }, { env: { SAHARA_PASSWORD_FILE: '' } });
  });
});

describe('numbers of transactions', () => {
  const SEND = ['account', 'send', 'carol', '1', '--yes'];
  const pool = async () =>
    Object.values(
      (
        await network.rpc<{ pending: Record<string, Record<string, { hash: Hex; nonce: string }>> }>(
          'txpool_content',
        )
      ).pending,
    ).flatMap((byNonce) => Object.values(byNonce));
  const inPool = (count: number) =>
    until(async () => (await pool()).length === count, `${count} in the pool`);
  const quiet = (on: boolean) => network.rpc('evm_setAutomine', [!on]);
  let had = 0n;

  const received = async () => (await balanceOf(carol)) - had;
  const begin = async () => {
    had = await balanceOf(carol);
    await quiet(true);
  };
  const mine = () => network.rpc('evm_mine');
  /** What a command has sent that was killed while that waits. */
  const killedWaiting = async (line = SEND) => {
    await begin();
    const killed = world.start(line);
    await inPool(1);
    killed.child.kill('SIGKILL');
    await killed.result;
    return (await pool())[0];
  };
  afterAll(() => quiet(false));

  test('two commands at once take two numbers', async () => {
    await begin();
    const both = [world.json(SEND), world.json(['account', 'send', 'carol', '2', '--yes'])];
    await inPool(2);
    await mine();
    await Promise.all(both);
    expect(await received()).toBe(parseEther('3'));
    expect(outbox()).toEqual([]);
  });

  /** A transaction of a wallet with the number of the one that waits, for more than it pays. */
  async function replaceWith(call: { to: Hex; value: bigint }): Promise<Hex> {
    const [waiting] = await pool();
    const chain = defineChain({
      id: 8600,
      name: 'other',
      nativeCurrency: { name: 'T', symbol: 'T', decimals: 18 },
      rpcUrls: { default: { http: [network.url] } },
    });
    const wallet = createWalletClient({
      account: privateKeyToAccount(person(alice).key),
      chain,
      transport: http(),
    });
    return wallet.sendTransaction({
      ...call,
      nonce: Number(waiting?.nonce),
      gas: 21_000n,
      maxFeePerGas: 100_000_000_000n,
      maxPriorityFeePerGas: 50_000_000_000n,
    });
  }

  test('one that a wallet has replaced is told, and was not done', async () => {
    await begin();
    const sent = world.envelope(SEND);
    await inPool(1);
    const [ours] = await pool();
    const by = await replaceWith({ to: person(alice).address, value: 0n });
    await mine();
    const { error, exit } = await sent;
    expect({ code: error?.code, exit }).toEqual({ code: 'SAH-3026', exit: 5 });
    expect(error?.params).toMatchObject({ tx: ours?.hash, by, nonce: Number(ours?.nonce) });
    expect(await received()).toBe(0n);
    expect(outbox()).toEqual([]);
  });

  test('one that a wallet has sent again for a higher fee counts as done', async () => {
    await begin();
    const sent = world.json<{ tx: string }>(SEND);
    await inPool(1);
    const by = await replaceWith({ to: person(carol).address, value: parseEther('1') });
    await mine();
    expect((await sent).tx).toBe(by);
    expect(await received()).toBe(parseEther('1'));
  });

  test('one that the network has dropped is sent again, as it is', async () => {
    await begin();
    const sent = world.json<{ tx: string }>(SEND);
    await inPool(1);
    const [ours] = await pool();
    await network.rpc('anvil_dropTransaction', [ours?.hash]);
    await inPool(1);
    await mine();
    expect((await sent).tx).toBe(ours?.hash);
    expect(await received()).toBe(parseEther('1'));
  });

  test.each([
    ['while it waits', false],
    ['and it is in a block since', true],
  ])('a command that was killed after it had sent is not done twice: %s', async (_, isMined) => {
    const ours = await killedWaiting();
    if (isMined) await mine();
    const again = world.envelope(SEND);
    if (!isMined) {
      await new Promise((r) => setTimeout(r, 700));
      await mine();
    }
    const { data, warnings } = await again;
    expect(data).toMatchObject({ tx: ours?.hash });
    expect(warnings.join()).toContain(ours?.hash);
    expect(await received()).toBe(parseEther('1'));
    // From then on it is a new payment.
    await quiet(false);
    await world.json(SEND);
    expect(await received()).toBe(parseEther('2'));
  });

  test('a command that was killed, and whose transaction a wallet has sent again since, is not done twice', async () => {
    await killedWaiting();
    const by = await replaceWith({ to: person(carol).address, value: parseEther('1') });
    await mine();
    expect((await world.json<{ tx: Hex }>(SEND)).tx).toBe(by);
    expect(await received()).toBe(parseEther('1'));
    expect(outbox()).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))(
    'a command that did not get to report what it has done does not do it twice',
    async () => {
      had = await balanceOf(carol);
      await quiet(false);
      const full = openSync('/dev/full', 'w');
      const run = [join(ROOT, 'bin/run.js'), ...SEND];
      const { status } = spawnSync(process.execPath, run, {
        cwd: world.project,
        env: world.env,
        stdio: ['ignore', full, 'ignore'],
      });
      closeSync(full);
      expect(status).not.toBe(0);
      expect(await received()).toBe(parseEther('1'));
      expect(outbox()).toHaveLength(1);
      const { data, warnings } = await world.envelope(SEND);
      expect(warnings.join()).toContain((data as { tx: Hex }).tx);
      expect(await received()).toBe(parseEther('1'));
      expect(outbox()).toEqual([]);
      // Asked for again it is a new one, though all that it says is the same.
      await world.json(SEND);
      expect(await received()).toBe(parseEther('2'));
    },
  );

  /** The network, as it is when blocks are dear: anvil itself forgets what it cannot mine. */
  const dear = async (closesAtSending = false) => {
    const door = await openDoor(network.url, async ({ method, params }) => {
      if (method === 'eth_sendRawTransaction' && closesAtSending) {
        door.close();
        return { error: { code: -1, message: 'nobody hears this' } };
      }
      if (method !== 'eth_getBlockByNumber' || !['latest', undefined].includes(params[0] as string))
        return undefined;
      const block = await network.rpc<object | null>(method, params);
      return { result: block && { ...block, baseFeePerGas: toHex(parseGwei('1000')) } };
    });
    return door;
  };
  const through = (url: string) => ({
    env: { SAHARA_NETWORKS: JSON.stringify({ staging: { rpcUrl: url, chainId: 8600 } }) },
  });

  describe('one that offers less than the network asks by now', () => {
    test('is sent for more when somebody agrees, under its number, and done once', async () => {
      const ours = await killedWaiting();
      const door = await dear();
      const unasked = await world.envelope(SEND.slice(0, -1), through(door.url));
      expect(unasked.error).toMatchObject({ code: 'SAH-3025' });
      expect(unasked.error?.message).toContain('A payment, again for a higher fee, on staging');
      expect(await pool()).toMatchObject([{ hash: ours?.hash }]);
      const again = world.json<{ tx: Hex }>(SEND, through(door.url));
      await until(async () => (await pool())[0]?.hash !== ours?.hash, 'another one in the pool');
      const [dearer] = await pool();
      expect(await pool()).toMatchObject([{ nonce: ours?.nonce }]);
      await mine();
      expect((await again).tx).toBe(dearer?.hash);
      door.close();
      expect(await received()).toBe(parseEther('1'));
      expect(outbox()).toEqual([]);
    });

    test('and was signed for more and not sent, is sent by the next run', async () => {
      const ours = await killedWaiting();
      const lost = await dear(true);
      expect((await world.envelope(SEND, through(lost.url))).error?.code).toBe('SAH-3001');
      expect(await pool()).toMatchObject([{ hash: ours?.hash }]);
      const again = world.json<{ tx: Hex }>(SEND);
      await until(async () => (await pool())[0]?.hash !== ours?.hash, 'another one in the pool');
      const [dearer] = await pool();
      await mine();
      expect((await again).tx).toBe(dearer?.hash);
      expect(await received()).toBe(parseEther('1'));
      expect(outbox()).toEqual([]);
    });

    test('and is done for less after all, it is done once as well', async () => {
      const ours = await killedWaiting();
      const lost = await dear(true);
      expect((await world.envelope(SEND, through(lost.url))).error?.code).toBe('SAH-3001');
      expect(await pool()).toMatchObject([{ hash: ours?.hash }]);
      await mine();
      expect(await received()).toBe(parseEther('1'));
      expect((await world.json<{ tx: Hex }>(SEND)).tx).toBe(ours?.hash);
      expect(await received()).toBe(parseEther('1'));
      expect(outbox()).toEqual([]);
    });
  });

  test('a batch that was killed when it had sent is completed, each line once, and the account is a plain one again', async () => {
    const lines = ['0.1', '0.2', '0.3'].map((amount) => ({ op: 'account.send', to: 'carol', amount }));
    world.write('many.ndjson', lines.map((line) => JSON.stringify(line)).join('\n'));
    const BATCH = ['batch', 'many.ndjson', '--account', 'alice'];
    expect((await world.envelope(BATCH)).error).toMatchObject({
      code: 'SAH-3025',
      message: expect.stringContaining('A batch of 3 on staging'),
    });
    const ours = await killedWaiting([...BATCH, '--yes']);
    // Blocks are dear by now, so it is sent for more, under its number.
    const door = await dear();
    const has = (sahara: string) =>
      network.rpc('anvil_setBalance', [person(alice).address, toHex(parseEther(sahara))]);
    await has('0.3');
    const poor = await world.envelope([...BATCH, '--yes'], through(door.url));
    expect(poor.error?.code).toBe('SAH-3005');
    expect(await pool()).toMatchObject([{ hash: ours?.hash }]);
    await has('100');
    const again = world.json<{ summary: object }>([...BATCH, '--yes'], through(door.url));
    await until(async () => (await pool())[0]?.hash !== ours?.hash, 'another one in the pool');
    expect(await pool()).toMatchObject([{ nonce: ours?.nonce }]);
    await mine();
    await inPool(1);
    await mine();
    expect((await again).summary).toMatchObject({ total: 3, done: 3, failed: 0 });
    door.close();
    await quiet(false);
    expect(await world.json([...BATCH, '--yes'])).toMatchObject({ summary: { done: 3, transactions: 0 } });
    expect(await received()).toBe(parseEther('0.6'));
    expect(await codeAt(network, person(alice).address)).toBe('0x');
  });

  test('a publication that was killed at any of its transactions is completed, and registered once', async () => {
    for (;;) {
      await begin();
      const started = world.start(['publish', 'crash', '--yes']);
      let ended = false;
      started.child.once('exit', () => {
        ended = true;
      });
      await until(async () => ended || (await pool()).length > 0, 'a transaction or the end');
      if (ended) break;
      started.child.kill('SIGKILL');
      await started.result;
      await mine();
    }
    await quiet(false);
    expect(await world.json(['publish', 'crash', '--yes'])).toMatchObject({ asset: { name: 'crash' } });
    const all = await world.json<{ name: string; version: number }[]>(['asset', 'list']);
    expect(all.filter((a) => a.name === 'crash')).toMatchObject([{ version: 1 }]);
    await world.json(['asset', 'verify', 'crash']);
  });

  test('a connection that is lost at the answer leaves no doubt: the next run finds it', async () => {
    had = await balanceOf(carol);
    await quiet(false);
    let swallowed = 0;
    const door = await openDoor(network.url, ({ method, params }) => {
      if (method !== 'eth_sendRawTransaction' || swallowed > 0) return undefined;
      swallowed += 1;
      void network.rpc(method, params);
      door.close();
      return { error: { code: -1, message: 'nobody hears this' } };
    });
    const lost = await world.envelope(SEND, through(door.url));
    expect(lost.error?.code).toBe('SAH-3001');
    expect(swallowed).toBe(1);
    expect(outbox()).toHaveLength(1);
    const { warnings } = await world.envelope(SEND);
    expect(warnings.join()).toContain('not sent a second time');
    expect(await received()).toBe(parseEther('1'));
    expect(outbox()).toEqual([]);
  });
});

test('no key and no password is in anything that the toolkit has written', () => {
  const secrets = [alice, bob, carol].map((p) => person(p).key.slice(2)).concat('a password of nobody');
  const files = readdirSync(world.project, { recursive: true, withFileTypes: true }).filter((f) =>
    f.isFile(),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    for (const secret of secrets) expect(text.includes(secret), file.name).toBe(false);
  }
});
