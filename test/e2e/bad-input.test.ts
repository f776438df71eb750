import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transact } from '../../src/chain/index.ts';
import { as, FREE, openScripted, smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const world = await createWorld('bad');

beforeAll(async () => {
  await world.startDevnet();
});

/** What is on the chain: a refusal must leave it as it is. */
async function registered(): Promise<string[]> {
  return (await world.json<{ name: string; version: number }[]>(['asset', 'list'])).map(
    (a) => `${a.name}@${a.version}`,
  );
}

/** Whatever was refused, nothing of it may be on the chain at the end. */
afterAll(async () => {
  expect((await registered()).filter((label) => label.startsWith('bad-'))).toEqual([]);
});

function manifest(name: string, text: string): string {
  smallDataset(world, name);
  world.write(`${name}/sahara.yaml`, text);
  return name;
}

describe('a manifest', () => {
  test('that is missing', async () => {
    mkdirSync(join(world.project, 'bare'));
    await world.refused(['publish', 'bare'], { code: 'SAH-6005', exit: 3, says: /bare\/sahara\.yaml/ });
    await world.refused(['publish', 'nowhere'], { code: 'SAH-6005', exit: 3 });
  });

  test('names all that is wrong at once, and exits alike in text', async () => {
    manifest('m', 'kind: datset\nname: X\nmood: good\ncontent: ..\n');
    await world.refused(['publish', 'm'], {
      code: 'SAH-6006',
      exit: 2,
      says: /mood.*kind must.*name must.*content/s,
    });
  });
});

describe('content', () => {
  const content = (name: string, path = '') => join(world.project, name, 'content', path);

  test('that is not there, or empty', async () => {
    smallDataset(world, 'bad-empty');
    rmSync(content('bad-empty'), { recursive: true });
    await world.refused(['publish', 'bad-empty'], { code: 'SAH-4020', exit: 3, says: /content/ });
    mkdirSync(content('bad-empty'));
    await world.refused(['publish', 'bad-empty'], { code: 'SAH-4021', exit: 2 });
    writeFileSync(content('bad-empty', '.hidden'), 'x');
    await world.refused(['publish', 'bad-empty'], { code: 'SAH-4021', exit: 2 });
  });

  test('that may not be read', async ({ skip }) => {
    smallDataset(world, 'bad-denied');
    chmodSync(content('bad-denied', 'data.csv'), 0o000);
    // Root reads everything.
    if (process.getuid?.() === 0) return skip('run as root, who may read everything');
    await world.refused(['publish', 'bad-denied'], { code: 'SAH-4024', exit: 4, says: /data\.csv/ });
  });

  test('with a link, inside or out of the folder', async () => {
    smallDataset(world, 'bad-link');
    symlinkSync('/etc/passwd', content('bad-link', 'users.txt'));
    await world.refused(['publish', 'bad-link'], { code: 'SAH-4022', exit: 2, says: /users\.txt/ });
    rmSync(content('bad-link', 'users.txt'));
    symlinkSync('data.csv', content('bad-link', 'same.csv'));
    await world.refused(['publish', 'bad-link'], { code: 'SAH-4022', exit: 2, says: /same\.csv/ });
    rmSync(content('bad-link'), { recursive: true });
    symlinkSync(join(world.project, 'm'), content('bad-link').replace(/\/$/, ''));
    const answer = await world.envelope(['publish', 'bad-link']);
    expect(answer).toMatchObject({ ok: false, exit: 2 });
  });
});

describe('contributors', () => {
  const share = 'contributors: {share: 40%, file: who.csv}\n';

  test('that are wrong are named by file and line', async () => {
    smallDataset(world, 'bad-who', {}, share);
    world.write('bad-who/who.csv', 'account,weight\nlabeler,5\nlabeller,5\nreviewer,-4\n');
    await world.refused(['publish', 'bad-who'], {
      code: 'SAH-8001',
      exit: 2,
      says: /who\.csv:3: "labeller".*1 more/,
    });
  });
});

describe('a parent', () => {
  const child = (name: string, type: string, asset: string) =>
    world.write(
      `${name}/sahara.yaml`,
      `kind: model\nname: ${name}\nrelations:\n  - type: ${type}\n    asset: ${asset}\n`,
    );

  beforeAll(async () => {
    for (const [name, terms] of [
      ['letters', FREE],
      ['letters-sold', 'terms:\n  - rights: [ACCESS, TRAIN]\n    price: 3\n    text: MIT\n'],
      ['letters-gone', FREE],
    ] as const) {
      smallDataset(world, name, {}, terms);
      await world.json(['publish', name]);
    }
    smallDataset(world, 'bad-child');
  });

  test('that nobody knows, with the nearest name', async () => {
    child('bad-child', 'TRAINED_ON', 'leters');
    await world.refused(['publish', 'bad-child'], { code: 'SAH-6002', exit: 3, says: /"leters".*"letters"/ });
    child('bad-child', 'TRAINED_ON', 'letters@7');
    await world.refused(['publish', 'bad-child'], { code: 'SAH-6004', exit: 3, says: /no version 7/ });
    child('bad-child', 'TRAINED_ON', '"let ters"');
    await world.refused(['publish', 'bad-child'], { code: 'SAH-6001', exit: 2 });
  });

  test('whose terms do not allow the relation', async () => {
    child('bad-child', 'DERIVED_FROM', 'letters');
    await world.refused(['publish', 'bad-child'], {
      code: 'SAH-7004',
      exit: 4,
      says: /DERIVE from curator\/letters/,
    });
  });

  test('that asks for a licence, with the command that buys one; which then works', async () => {
    child('bad-child', 'TRAINED_ON', 'letters-sold');
    const { next } = await world.refused(['publish', 'bad-child', '--account', 'trainer'], {
      code: 'SAH-7004',
      exit: 4,
      says: /TRAIN/,
    });
    const remedy = next[0]?.command ?? '';
    expect(remedy).toMatch(/^sahara market buy curator\/letters-sold --terms \d+ --account trainer$/);
    await world.json(remedy.split(' ').slice(1));
    child('good-child', 'TRAINED_ON', 'letters-sold');
    world.write('good-child/content/x.txt', 'x');
    expect(await world.json(['publish', 'good-child', '--account', 'trainer'])).toMatchObject({
      relations: [{ asset: 'letters-sold@1', royaltyBps: 0 }],
    });
  });

  test('that was deprecated or revoked: no new relations and no sales, but payments still go through', async () => {
    const curator = await as(await openScripted(world), 'curator');
    const id = BigInt((await world.json<{ id: string }>(['asset', 'show', 'letters-gone'])).id);
    child('bad-child', 'TRAINED_ON', 'letters-gone');
    for (const [state, name] of [
      [1, 'deprecated'],
      [2, 'revoked'],
    ] as const) {
      await transact(curator.chain, curator.signer, {
        contract: 'AssetRegistry',
        call: 'setState',
        args: [id, state],
      });
      await world.refused(['publish', 'bad-child'], {
        code: 'SAH-6009',
        exit: 4,
        says: new RegExp(`letters-gone@1 is ${name}`),
      });
      await world.refused(['market', 'buy', 'letters-gone'], {
        code: 'SAH-7007',
        exit: 3,
        says: new RegExp(name),
      });
    }
    world.write('letters-gone/content/more.csv', 'a,b\n');
    await world.refused(['publish', 'letters-gone'], { code: 'SAH-6011', exit: 4 });
    await world.json(['revenue', 'pay', 'letters-gone', '1']);
    await world.json(['revenue', 'settle', 'letters-gone']);
    expect(await world.json(['revenue', 'claim', 'letters-gone', '--account', 'curator'])).toMatchObject({
      total: '975000000000000000',
    });
  });

  test('of the same name at two publishers has to be named with one', async () => {
    world.write('twin/sahara.yaml', 'kind: dataset\nname: letters\n');
    world.write('twin/content/x.csv', 'a\n');
    await world.json(['publish', 'twin', '--account', 'dao']);
    const { next } = await world.refused(['asset', 'show', 'letters'], {
      code: 'SAH-6003',
      exit: 2,
      says: /curator\/letters, dao\/letters/,
    });
    for (const { command } of next) await world.json(command.split(' ').slice(1));
  });

  test('cannot be the asset itself under another kind', async () => {
    world.write('kinds/sahara.yaml', 'kind: model\nname: letters\n');
    world.write('kinds/content/x.csv', 'a\n');
    await world.refused(['publish', 'kinds', '--account', 'curator'], {
      code: 'SAH-6012',
      exit: 5,
      says: /dataset.*model/,
    });
  });
});

describe('accounts and amounts', () => {
  test('an account that is unknown, with the nearest one', async () => {
    await world.refused(['revenue', 'claim', '--account', 'curater'], {
      code: 'SAH-1005',
      exit: 3,
      says: /"curater".*"curator"/,
    });
    await world.refused(['account', 'balance', '0x12'], { code: 'SAH-1005', exit: 3 });
  });

  test('an account whose key we do not hold', async () => {
    await world.refused(['revenue', 'claim', '--account', `0x${'12'.repeat(20)}`], {
      code: 'SAH-1006',
      exit: 4,
    });
  });

  test('an account without funds, and a way out that works', async () => {
    const { next } = await world.refused(
      ['revenue', 'pay', 'curator/letters', '99999999', '--account', 'newcomer'],
      { code: 'SAH-3005', exit: 1, says: /newcomer has/ },
    );
    expect(next[0]?.command).toMatch(/^sahara account fund newcomer/);
    const live = await world.json<{ live: { chain: { rpcUrl: string } } }>(['devnet', 'status']);
    await fetch(live.live.chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'anvil_setBalance',
        params: ['0xdD2FD4581271e230360230F9337D5c0430Bf44C0', '0x0'],
      }),
    });
    smallDataset(world, 'bad-broke');
    for (const args of [
      ['publish', 'bad-broke'],
      ['market', 'buy', 'letters-sold'],
      ['account', 'send', 'dao', '1'],
      ['revenue', 'settle'],
    ])
      await world.refused([...args, '--account', 'spare'], {
        code: 'SAH-3005',
        exit: 1,
        says: /spare has 0 SAHARA/,
      });
  });

  test('what is no amount', async () => {
    const amounts = ['0', '-1', '1e18', '0.0000000000000000001', 'ten', '1,5', ''];
    const answers = await Promise.all(
      amounts.map((amount) => world.envelope(['revenue', 'pay', 'curator/letters', amount])),
    );
    expect(answers.map((a) => a.exit)).toEqual(amounts.map(() => 2));
  });

  test('an asset nobody knows', async () => {
    for (const args of [
      ['asset', 'show', 'leters'],
      ['asset', 'verify', 'leters'],
      ['asset', 'get', 'leters'],
      ['license', 'show', 'leters'],
      ['market', 'buy', 'leters'],
      ['revenue', 'show', 'leters'],
    ])
      expect(await world.envelope(args)).toMatchObject({
        ok: false,
        exit: 3,
        error: { code: 'SAH-6002', params: { suggestion: 'letters' } },
      });
    await world.refused(['asset', 'show', '99'], { code: 'SAH-6002', exit: 3 });
  });
});

describe('the command line', () => {
  test.for<[string[], number, string, RegExp]>([
    [['asset', 'shw', 'x'], 2, 'SAH-0003', /"asset show"/],
    [['nonsense'], 2, 'SAH-0003', /nonsense/],
    [['asset', 'show'], 2, 'SAH-0002', /asset/],
    [['asset', 'show', 'x', '--flavour', 'sweet'], 2, 'SAH-0002', /flavour/],
    [['devnet', 'start', '--rpc-port', '99999'], 2, 'SAH-0002', /99999|65535/],
    [['devnet', 'start', '--content-node', 'swarm'], 2, 'SAH-0002', /embedded/],
    [['devnet', 'reset'], 2, 'SAH-0007', /--yes|confirm|word/],
    [['new', 'datset', 'x'], 2, 'SAH-6017', /datset/],
    [['new', 'dataset', 'X Y'], 2, 'SAH-6007', /X Y/],
    [['account', 'unwrap'], 2, 'SAH-0002', /--all/],
    [['agent', 'run', 'bad-child', '--once', 'x'], 2, 'SAH-6018', /bad-child/],
    [['asset', 'list', '--project', '/nowhere/at/all'], 2, 'SAH-', /nowhere/],
  ])('%j', async ([args, exit, code, says]) => {
    const answer = await world.envelope(args);
    expect({ exit: answer.exit, code: answer.error?.code, message: answer.error?.message }).toMatchObject({
      exit,
    });
    expect(answer.error?.code).toContain(code);
    expect(answer.error?.message).toMatch(says);
    const ran = await world.run(args);
    expect({ exit: ran.code, stdout: ran.stdout }).toEqual({ exit, stdout: '' });
  });
});
