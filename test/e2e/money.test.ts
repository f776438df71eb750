import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { getBalance, getTransactionCount } from 'viem/actions';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CONTRACTS,
  eventArgs,
  fund,
  kindId,
  openChain,
  read,
  readAsset,
  sendNative,
  sendWrapped,
  transact,
  unwrap,
} from '../../src/chain/index.ts';
import { buildDag } from '../../src/content/index.ts';
import type { Context, SigningContext } from '../../src/context/index.ts';
import { attachTerms, findGrant, type Right, termsOfRights } from '../../src/licensing/index.ts';
import { buy } from '../../src/market/index.ts';
import {
  buildMerkleSum,
  type Contributor,
  claim,
  conservation,
  earnings,
  pay,
  serializeContributors,
  settle,
  statement,
} from '../../src/revenue/index.ts';
import { createChainDriver, parseScenario } from '../../src/simulation/index.ts';
import { as, openScripted } from './scripted.ts';
import { createWorld, type Live, rpc } from './support.ts';

const SAHARA = 10n ** 18n;
const NONE = `0x${'0'.repeat(64)}` as const;

const world = await createWorld('money');
let live: Live;
let context: Context;
let curator: SigningContext;
let buyer: SigningContext;
let anybody: SigningContext;

beforeAll(async () => {
  live = await world.startDevnet();
  context = await openScripted(world);
  [curator, buyer, anybody] = await Promise.all([
    as(context, 'curator'),
    as(context, 'buyer'),
    as(context, 'newcomer'),
  ]);
});

type Made = { assetId: bigint; versionId: bigint };
type Making = {
  /** The contributors registered; the file may say something else. */
  rows?: Contributor[];
  file?: string;
  parent?: Made;
  termsId?: number;
  /** A further version of this asset. */
  of?: Made;
};

/** Registers a version by hand: what `publish` would never send, the chain has to take from anybody. */
async function make(by: SigningContext, name: string, making: Making = {}): Promise<Made> {
  const tree = making.rows ? buildMerkleSum(making.rows) : null;
  const file = making.file ?? (making.rows ? serializeContributors(making.rows) : undefined);
  const dag = await buildDag([
    { path: 'README.md', bytes: randomBytes(20) },
    ...(file === undefined ? [] : [{ path: 'contributors.csv', bytes: Buffer.from(file) }]),
  ]);
  await context.content.put(dag, { name });
  const version = {
    releaseRoot: dag.rootDigest,
    contentRoot: dag.rootDigest,
    publication: dag.rootDigest,
    keyFingerprint: NONE,
    relations: making.parent
      ? [
          {
            parentVersion: making.parent.versionId,
            relation: 1,
            termsId: making.termsId ?? 0,
            licenseId: 0n,
          },
        ]
      : [],
    contributorsBps: tree ? 5_000 : 0,
    contributorCount: tree?.count ?? 0,
    contributorWeight: tree?.total ?? 0n,
    contributorsRoot: tree?.root ?? NONE,
  };
  const receipt = making.of
    ? await transact(by.chain, by.signer, {
        contract: 'AssetRegistry',
        call: 'publishVersion',
        args: [making.of.assetId, (await readAsset(by.chain, making.of.assetId)).versionCount + 1, version],
      })
    : await transact(by.chain, by.signer, {
        contract: 'AssetRegistry',
        call: 'register',
        args: [kindId('dataset'), name, version],
      });
  const { assetId, versionId } = eventArgs(receipt, 'AssetRegistry', 'VersionPublished') as Made;
  return { assetId, versionId };
}

async function offer(
  by: SigningContext,
  { assetId }: Made,
  terms: { price: bigint; royaltyBps: number; rights: Right[] },
): Promise<number> {
  const whole = termsOfRights(terms.rights, 'MIT', terms);
  return (await attachTerms(by, await readAsset(by.chain, assetId), whole)).terms.id;
}

const wrapped = (account: string) => read(context.chain, 'WSAHARA', 'balanceOf', [account as `0x${string}`]);
const stranger = () => privateKeyToAccount(generatePrivateKey()).address;

describe('claims', () => {
  test('at the same time report together what was paid out, and not each the whole', async () => {
    const labeler = stranger();
    const made = await make(curator, 'claimed-at-once', { rows: [{ account: labeler, weight: 1n }] });
    await pay(buyer, 'claimed-at-once', 10n * SAHARA);
    await settle(anybody, 'claimed-at-once');
    const others = await Promise.all(['buyer', 'newcomer', 'trainer'].map((name) => as(context, name)));
    const before = { owner: await wrapped(curator.signer.account.address), labeler: await wrapped(labeler) };
    const [owner, contributor] = await Promise.all([
      Promise.all(others.map((o) => claim(o, curator.signer.account.address, 'claimed-at-once'))),
      Promise.all(others.map((o) => claim(o, labeler, 'claimed-at-once'))),
    ]);
    const sum = (claims: { amount: bigint }[][]) => claims.flat().reduce((total, c) => total + c.amount, 0n);
    expect(sum(owner)).toBe((await wrapped(curator.signer.account.address)) - before.owner);
    expect(sum(contributor)).toBe((await wrapped(labeler)) - before.labeler);
    expect(sum(contributor)).toBeGreaterThan(4n * SAHARA);
    expect([...owner.flat(), ...contributor.flat()].every((c) => c.amount > 0n)).toBe(true);
    expect(made.versionId).toBeGreaterThan(0n);
  });

  test('can be sent by anybody for an account that has no name', async () => {
    const labeler = stranger();
    await make(curator, 'for-another', { rows: [{ account: labeler, weight: 3n }] });
    await pay(buyer, 'for-another', 2n * SAHARA);
    await settle(anybody, 'for-another');
    const claimed = await world.json<{ account: string; total: string }>([
      'revenue',
      'claim',
      '--for',
      labeler,
    ]);
    expect(claimed.account).toBe(labeler);
    expect(BigInt(claimed.total)).toBe(await wrapped(labeler));
    expect(await wrapped(labeler)).toBeGreaterThan(SAHARA / 2n);
    await world.refused(['revenue', 'claim', '--for', 'nobodi'], { code: 'SAH-1005', exit: 3 });
  });
});

describe('a list of contributors that nobody can use', () => {
  const forger = stranger();

  test.for<[string, Making]>([
    ['malformed', { rows: [{ account: forger, weight: 1n }], file: 'account,weight\n0x12,many\n' }],
    [
      'forged',
      {
        rows: [{ account: forger, weight: 1n }],
        file: serializeContributors([{ account: forger, weight: 1_000n }]),
      },
    ],
    [
      'longer',
      {
        rows: [{ account: forger, weight: 1n }],
        // Nobody reads on to the line that is no row.
        file: `${serializeContributors([1n, 1n].map((weight) => ({ account: forger, weight })))}${'nobody,1\n'.repeat(300_000)}`,
      },
    ],
    ['too-long', { rows: [{ account: forger, weight: 1n }], file: `${'x'.repeat(70_000)}\n` }],
  ])('%s: hides what it says, and nothing of anybody else', async ([name, making]) => {
    const labeler = stranger();
    await make(curator, `honest-${name}`, { rows: [{ account: labeler, weight: 1n }] });
    await make(buyer, name, making);
    for (const asset of [name, `honest-${name}`]) await pay(buyer, asset, SAHARA);
    await settle(anybody);
    const warnings: string[] = [];
    const listening = { ...anybody, logger: { ...context.logger, warn: (m: string) => warnings.push(m) } };
    const { earnings: earned } = await statement(listening);
    expect(earned.filter((e) => e.account === forger)).toEqual([]);
    expect(earned.filter((e) => e.account === labeler)).toMatchObject([{ asset: `honest-${name}` }]);
    // Whoever asks for this list, and no other, is told what is wrong with it.
    const refusal = ['forged', 'longer'].includes(name)
      ? { code: 'SAH-8004', exit: 7 }
      : { code: 'SAH-8001', exit: 2 };
    await world.refused(['contributors', 'check', name], refusal);
    await world.refused(['contributors', 'prove', name, forger], refusal);
    expect(warnings.some((w) => /contributors of version \d+ /.test(w))).toBe(true);
    expect(await claim(listening, forger)).toEqual([]);
    expect(await claim(listening, labeler)).toHaveLength(1);
  });
});

describe('the statement', () => {
  test('adds up while somebody pays and settles without a pause', async () => {
    await make(curator, 'busy');
    let done = false;
    const paying = (async () => {
      while (!done) {
        await pay(buyer, 'busy', SAHARA / 1_000n + 1n);
        await settle(buyer, 'busy');
      }
    })();
    try {
      for (let i = 0; i < 40; i++) {
        expect(await conservation(context.chain)).toMatchObject({ holds: true, drift: 0n });
        expect((await statement(context, 'busy')).conservation.holds).toBe(true);
      }
    } finally {
      done = true;
      await paying;
    }
  });

  test('of one asset has its books only, and the conservation of all', async () => {
    const all = await statement(context);
    const one = await statement(context, 'busy');
    expect(new Set(one.books.map((b) => b.asset))).toEqual(new Set(['busy']));
    expect(one.books).toEqual(all.books.filter((b) => b.asset === 'busy'));
    expect(one.conservation).toEqual(all.conservation);
    expect(await earnings(context, 'busy')).toEqual(one.earnings);
  });

  test('does not call a gift to the vault a fault', async () => {
    await transact(context.chain, buyer.signer, {
      contract: 'WSAHARA',
      call: 'deposit',
      args: [],
      value: 7n,
    });
    await sendWrapped(context.chain, buyer.signer, CONTRACTS.RevenueVault.address, 7n);
    expect(await conservation(context.chain)).toMatchObject({ holds: true, drift: 7n, unsolicited: 7n });
    expect(await world.text(['revenue', 'show'])).toMatch(/✓ paid in .* sent to the vault unasked/);
    await world.json(['simulate', 'penguins', '--on-chain']);
  });
});

describe('settling', () => {
  test('what was paid to an older version is settled by the step that is proposed', async () => {
    const first = await make(curator, 'older');
    await make(curator, 'older', { of: first });
    const unsettled = async () => (await read(context.chain, 'RevenueVault', 'books', [first.versionId]))[5];
    const paid = await world.envelope(['revenue', 'pay', 'older@1', '1']);
    const next = paid.meta.next?.[0]?.command ?? '';
    expect(next).toBe('sahara revenue settle older@1');
    expect(await unsettled()).toBeGreaterThan(10_000n);
    await world.json(next.split(' ').slice(1));
    expect(await unsettled()).toBeLessThan(10_000n);
    // Without a version: all of them.
    await pay(buyer, 'older@1', SAHARA);
    const { moved } = await settle(anybody, 'older');
    expect(moved).toBe(975n * (SAHARA / 1_000n));
    expect(await unsettled()).toBeLessThan(10_000n);
  });

  test('more than a block has room for is done in parts', async () => {
    const first = await make(curator, 'many-versions');
    const versions = [first];
    for (let i = 0; i < 7; i++) versions.push(await make(curator, 'many-versions', { of: first }));
    for (let n = 1; n <= 8; n++) await pay(buyer, `many-versions@${n}`, SAHARA);
    await rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x14000']);
    try {
      const { txs, moved } = await settle(anybody, 'many-versions');
      expect(txs.length).toBeGreaterThan(1);
      expect(moved).toBe((8n * SAHARA * 975n) / 1_000n);
    } finally {
      await rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x1c9c380']);
    }
  });

  test('a transaction that no block has room for is not called a lack of funds', async () => {
    const made = await make(curator, 'no-room');
    await pay(buyer, 'no-room', SAHARA);
    const call = { contract: 'RevenueVault', call: 'settle', args: [[made.versionId]] } as const;
    await rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x6000']);
    try {
      await expect(transact(context.chain, anybody.signer, call)).rejects.toMatchObject({
        id: 'GAS_EXCEEDED',
      });
    } finally {
      await rpc(live.chain.rpcUrl, 'evm_setBlockGasLimit', ['0x1c9c380']);
    }
    const poor = { name: null, account: privateKeyToAccount(generatePrivateKey()) };
    await expect(transact(context.chain, poor, call)).rejects.toMatchObject({ id: 'FUNDS_MISSING' });
  });
});

describe('licences', () => {
  test('of what allows a relation and what is to be offered, the lowest royalty is taken', async () => {
    const made = await make(curator, 'both-ways');
    const free = await offer(curator, made, { price: 0n, royaltyBps: 500, rights: ['TRAIN'] });
    const sold = await offer(curator, made, {
      price: SAHARA,
      royaltyBps: 1_000,
      rights: ['TRAIN', 'COMMERCIAL'],
    });
    const trainer = await as(context, 'trainer');
    const asset = await readAsset(context.chain, made.assetId);
    const forMoney = [termsOfRights(['ACCESS', 'COMMERCIAL'], 'MIT')];
    const grant = (offers: typeof forMoney = []) =>
      findGrant(context.chain, trainer.signer.account.address, asset, 'TRAINED_ON', { offers });
    const byFreeTerms = { termsId: free, licenseId: 0n, royaltyBps: 500 };
    expect(await grant()).toMatchObject(byFreeTerms);
    expect(await grant(forMoney), 'nothing else there is').toMatchObject(byFreeTerms);
    // Bought by somebody else, for him: it must not make anything dearer.
    const holder = trainer.signer.account.address;
    const { license } = await buy(buyer, 'both-ways', { terms: sold, holder });
    expect(await grant()).toMatchObject(byFreeTerms);
    const byLicense = { termsId: sold, licenseId: license, royaltyBps: 1_000 };
    expect(await grant(forMoney), 'what the free terms forbid').toMatchObject(byLicense);
  });

  test('what costs nothing cannot be put on another', async () => {
    const made = await make(curator, 'free-for-all');
    const free = await offer(curator, made, { price: 0n, royaltyBps: 0, rights: ['TRAIN'] });
    const holder = stranger();
    await expect(buy(buyer, 'free-for-all', { terms: free, holder })).rejects.toMatchObject({
      id: 'NOT_FOR_SALE',
    });
    for (const call of ['buy', 'buyNative'] as const)
      await expect(
        transact(context.chain, buyer.signer, {
          contract: 'Marketplace',
          call,
          args: [made.assetId, free, holder],
        }),
      ).rejects.toMatchObject({ id: 'TRANSACTION_REVERTED', params: { error: 'FreeForSelfOnly' } });
    expect((await buy(buyer, 'free-for-all', { terms: free })).bought).toBe(true);
  });
});

describe('a chain that is no devnet', () => {
  test('is signed nothing for with keys that everybody knows', async () => {
    const asked: string[] = [];
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Request | Request[];
      const answers = await Promise.all([body].flat().map(answer));
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify(Array.isArray(body) ? answers : answers[0]));
    });
    type Request = { jsonrpc: string; id: number; method: string; params: unknown[] };
    async function answer(request: Request): Promise<unknown> {
      asked.push(request.method);
      if (/^(anvil|evm|hardhat)_/.test(request.method))
        return { jsonrpc: '2.0', id: request.id, error: { code: -32601, message: 'Method not found' } };
      const response = await fetch(live.chain.rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      return response.json();
    }
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const chain = await openChain({ rpcUrl, chainId: 31337, instanceId: null });
      const { signer } = buyer;
      const { address } = signer.account;
      const sent = await getTransactionCount(context.chain.client, { address });
      const refusal = { id: 'DEV_KEYS_REFUSED', params: { account: 'buyer', url: rpcUrl } };
      const wrap = { contract: 'WSAHARA', call: 'deposit', args: [], value: 1n } as const;
      await expect(transact(chain, signer, wrap)).rejects.toMatchObject(refusal);
      await expect(sendNative(chain, signer, stranger(), 1n)).rejects.toMatchObject(refusal);
      await expect(sendWrapped(chain, signer, stranger(), 1n)).rejects.toMatchObject(refusal);
      await expect(unwrap(chain, signer, 1n)).rejects.toMatchObject(refusal);
      await expect(pay({ ...buyer, chain }, 'busy', 1n)).rejects.toMatchObject(refusal);
      await expect(buy({ ...buyer, chain }, 'both-ways')).rejects.toMatchObject(refusal);
      await expect(fund(chain, address, 1n)).rejects.toMatchObject({ id: 'FUNDING_REFUSED' });
      await world.refused(
        ['account', 'send', 'newcomer', '1', '--account', 'buyer'],
        { code: 'SAH-3010', exit: 4 },
        { env: { SAHARA_RPC_URL: rpcUrl } },
      );
      expect(asked.filter((m) => /send/i.test(m))).toEqual([]);
      expect(await getTransactionCount(context.chain.client, { address })).toBe(sent);
      // What only reads goes on.
      expect(await getBalance(chain.client, { address })).toBeGreaterThan(0n);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('replays', () => {
  test('at the same time do not get into each other’s way', async () => {
    const both = await Promise.all(
      [3, 4].map((seed) => world.envelope(['simulate', 'penguins', '--on-chain', '--seed', `${seed}`])),
    );
    expect(both.map((e) => ({ ok: e.ok, error: e.error }))).toEqual([{ ok: true }, { ok: true }]);
  });

  test('say when somebody changes the fee under them, and leave the new one alone', async () => {
    const feeBps = () => read(context.chain, 'RevenueVault', 'feeBps', []);
    const before = await feeBps();
    const protocol = await as(context, 'protocol');
    const setFee = (bps: number) =>
      transact(context.chain, protocol.signer, { contract: 'RevenueVault', call: 'setFeeBps', args: [bps] });
    const scenario = parseScenario(SCENARIO);
    try {
      const driver = createChainDriver(context);
      await driver.openAssets(scenario);
      expect(await feeBps()).toBe(100);
      const purchases = [
        { kind: 'purchase', day: 1, second: 0, buyer: 'reader', asset: 'letters', amount: 3n * SAHARA },
      ] as const;
      await driver.purchase(purchases);
      await setFee(300);
      await expect(driver.purchase(purchases)).rejects.toMatchObject({
        id: 'REVENUE_FEE_CHANGED',
      });
      await driver.close();
      expect(await feeBps()).toBe(300);
      // Where nobody did, the fee is put back.
      const alone = createChainDriver(context);
      await alone.openAssets(scenario);
      await alone.close();
      expect(await feeBps()).toBe(300);
    } finally {
      await setFee(before);
    }
  });
});

const SCENARIO = `
name: other-fee
seed: 1
days: 1
feePercent: 1
assets:
  - name: letters
    kind: dataset
    owner: curator
    price: 3
demand:
  - asset: letters
    buyers: [reader]
    constant: { perDay: 1 }
`;
