import { beforeAll, describe, expect, test } from 'vitest';
import { transact } from '../../src/chain/index.ts';
import type { HeldLicense, UseCheck } from '../../src/licensing/index.ts';
import type { Renewal } from '../../src/market/index.ts';
import { as, openScripted, smallDataset } from './scripted.ts';
import { createWorld, rpc } from './support.ts';

const world = await createWorld('license');
const DAY = 86_400;
let chainUrl: string;

beforeAll(async () => {
  const live = await world.startDevnet();
  chainUrl = live.chain.rpcUrl;
  const offers: Record<string, string> = {
    'by-data': '[CC-BY-4.0]',
    'nc-data': '[CC-BY-NC-4.0, {preset: MIT, price: 5, royalty: 10%}]',
    'sa-data': '[CC-BY-SA-4.0]',
    'gpl-data': '[GPL-3.0-only]',
    'rail-model': '[OpenRAIL-M]',
    monthly: '[{preset: MIT, price: 2, period: 30d}]',
    closed: '[]',
  };
  for (const [name, terms] of Object.entries(offers)) {
    smallDataset(world, name, {}, `terms: ${terms}\n`);
    await world.json(['publish', name]);
  }
});

const check = (...args: string[]) => world.envelope(['license', 'check', ...args, '--account', 'trainer']);
const answered = async (...args: string[]): Promise<UseCheck & { exit: number | null }> => {
  const { data, exit } = await check(...args);
  return { ...(data as UseCheck), exit };
};
const held = async (account: string) =>
  (await world.json<{ licenses: HeldLicense[] }>(['license', 'list', '--account', account])).licenses;

describe('license check', () => {
  test('"can I train on these and sell the result?": yes', async () => {
    const answer = await answered('by-data', 'rail-model', '--for', 'train,sell');
    expect(answer).toMatchObject({ allowed: true, exit: 0, problems: [], account: 'trainer' });
    expect(answer.question).toBe('train on by-data and rail-model and sell the result');
    expect(answer.offer).toMatchObject({ attribution: true, shareAlike: false });
    expect(answer.offer?.restrictions).toContain('no-medical-advice');
    const text = await world.text([
      'license',
      'check',
      'by-data',
      '--for',
      'train,sell',
      '--account',
      'trainer',
    ]);
    expect(text).toMatch(/^Yes\. trainer may train on by-data and sell the result\./);
  });

  test('no: the parent, the clause, and what would mend it; which then does', async () => {
    const line = ['by-data', 'nc-data', '--for', 'train,sell'];
    const answer = await answered(...line);
    expect(answer).toMatchObject({ allowed: false, exit: 4 });
    expect(answer.problems).toEqual([
      {
        parent: 'curator/nc-data',
        terms: expect.any(Number),
        clause: 'COMMERCIAL',
        says: expect.stringMatching(/CC-BY-NC-4.0\) does not grant COMMERCIAL/),
        fix: expect.stringMatching(/get a licence of curator\/nc-data that grants COMMERCIAL/),
      },
    ]);
    const ran = await world.run(['license', 'check', ...line, '--account', 'trainer']);
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/^No\. trainer may not .*sell the result/);
    expect(ran.stdout).toMatch(/To mend it: /);
    await world.json(['market', 'buy', 'nc-data', '--account', 'trainer']);
    const after = await answered(...line);
    expect(after).toMatchObject({ allowed: true, exit: 0, royaltyBps: 1_000 });
    expect(after.assets[1]).toMatchObject({
      asset: 'curator/nc-data',
      license: expect.any(String),
      allowed: true,
    });
    // To study it, the free terms do, and cost nothing.
    expect((await answered('nc-data', '--for', 'train')).assets[0]).toMatchObject({
      license: null,
      royaltyBps: 0,
    });
  });

  test('share-alike of two kinds cannot be joined, and says with what', async () => {
    const answer = await answered('sa-data', 'gpl-data', '--for', 'derive');
    expect(answer).toMatchObject({ allowed: false, exit: 4, offer: null });
    expect(answer.problems[0]).toMatchObject({ parent: 'curator/gpl-data', clause: 'SHARE_ALIKE' });
    expect(answer.problems[0]?.says).toContain('curator/sa-data');
    expect(await answered('sa-data', 'gpl-data', '--for', 'evaluate')).toMatchObject({ allowed: true });
  });

  test('under terms that are named, by a preset or in a file', async () => {
    expect(await answered('sa-data', '--for', 'derive', '--terms', 'CC-BY-SA-4.0')).toMatchObject({
      allowed: true,
    });
    expect(await answered('sa-data', '--for', 'derive', '--terms', 'MIT')).toMatchObject({
      allowed: false,
      problems: [
        { clause: 'SUBLICENSE' },
        { clause: 'SHARE_ALIKE', fix: expect.stringContaining('CC-BY-SA-4.0') },
      ],
    });
    world.write('wanted.yaml', 'preset: CC-BY-SA-4.0\nprice: 7\n');
    expect(await answered('sa-data', '--for', 'derive', '--terms', 'wanted.yaml')).toMatchObject({
      allowed: true,
    });
  });

  test('where nothing grants the use, what could be bought', async () => {
    const bought = await answered('monthly', '--for', 'train');
    expect(bought).toMatchObject({ allowed: false, exit: 4, problems: [{ clause: 'RIGHT' }] });
    expect(bought.problems[0]?.fix).toMatch(
      /sahara market buy curator\/monthly --terms \d+ --account trainer/,
    );
    const nothing = await answered('closed', '--for', 'train');
    expect(nothing.problems[0]?.fix).toMatch(/ask its owner/);
    expect(await check('nowhere', '--for', 'train')).toMatchObject({ exit: 3 });
  });

  test('what it allows, publishing does, and what it forbids, publishing refuses', async () => {
    const publish = async (name: string, parents: string[], terms: string) => {
      const relations = parents.map((asset) => `{type: DERIVED_FROM, asset: ${asset}}`).join(', ');
      smallDataset(world, name, {}, `relations: [${relations}]\nterms: [${terms}]\n`);
      return world.envelope(['publish', name, '--account', 'labeler']);
    };
    expect(await publish('derived-sa', ['sa-data', 'by-data'], 'CC-BY-SA-4.0')).toMatchObject({ ok: true });
    expect(await publish('derived-mit', ['sa-data'], 'MIT')).toMatchObject({
      exit: 4,
      error: {
        name: 'TERMS_INCOMPATIBLE',
        params: { problems: [{ clause: 'SUBLICENSE' }, { clause: 'SHARE_ALIKE' }] },
      },
    });
    expect(await publish('derived-both', ['sa-data', 'gpl-data'], '')).toMatchObject({
      exit: 4,
      error: { name: 'TERMS_INCOMPATIBLE' },
    });
    // What it was bound to at its birth binds what it is offered under later, and who bound it is named.
    expect(
      await world.envelope(['license', 'set', 'derived-sa', '--preset', 'MIT', '--account', 'labeler']),
    ).toMatchObject({
      exit: 4,
      error: {
        name: 'TERMS_INCOMPATIBLE',
        params: { problems: [{ parent: 'curator/sa-data' }, { parent: 'curator/sa-data' }] },
      },
    });
  });
});

describe('a licence', () => {
  test('is renewed for its price, after it has expired too', async () => {
    await world.json(['market', 'buy', 'monthly', '--account', 'buyer']);
    const [first] = await held('buyer');
    expect(first).toMatchObject({ asset: 'curator/monthly', state: 'valid' });
    const id = `${first?.license}`;
    const renewed = await world.json<Renewal>([
      'license',
      'renew',
      id,
      '--periods',
      '2',
      '--account',
      'spare',
    ]);
    expect(renewed).toMatchObject({ payer: 'spare', holder: 'buyer', amount: `${4n * 10n ** 18n}` });
    expect(renewed.validUntil).toBe(Number(first?.validUntil) + 60 * DAY);
    await rpc(chainUrl, 'evm_increaseTime', [100 * DAY]);
    await rpc(chainUrl, 'evm_mine', []);
    expect((await held('buyer'))[0]).toMatchObject({ state: 'expired' });
    await world.json(['license', 'renew', id, '--account', 'buyer']);
    expect((await held('buyer'))[0]).toMatchObject({ state: 'valid' });
    expect(await world.text(['license', 'list', '--account', 'buyer'])).toMatch(/curator\/monthly .*valid/);
  });

  test('is revoked for breach, appealed for, and ruled on', async () => {
    await world.json(['market', 'buy', 'monthly', '--account', 'spare-2']);
    const [mine] = await held('spare-2');
    const id = `${mine?.license}`;
    await world.json(['license', 'revoke', id, '--reason', 'Resold the raw data']);
    expect((await held('spare-2'))[0]).toMatchObject({ state: 'revoking' });
    expect(await world.envelope(['license', 'renew', id])).toMatchObject({
      error: { name: 'LICENSE_STATE' },
    });
    await world.json(['license', 'appeal', id, '--reason', 'It was our own']);
    expect((await held('spare-2'))[0]).toMatchObject({ state: 'appealed' });
    const protocol = await as(await openScripted(world), 'protocol');
    const call = { contract: 'LicenseRegistry', call: 'rule', args: [BigInt(id), true] } as const;
    await transact(protocol.chain, protocol.signer, call);
    expect((await held('spare-2'))[0]).toMatchObject({ state: 'revoked' });
    const again = await world.envelope(['license', 'appeal', id, '--reason', 'It was our own']);
    expect(again).toMatchObject({ exit: 5, error: { name: 'LICENSE_STATE' } });
  });

  test('takes all that terms can say, and shows it', async () => {
    const flags = [
      '--rights',
      'ACCESS,TRAIN',
      '--royalty',
      '3%',
      '--absolute',
      '--ceiling',
      '1000',
      '--calls',
      '50',
    ];
    const more = ['--expires', '2099-01-31', '--restrictions', 'no-military', '--text', 'LicenseRef-all'];
    await world.json(['license', 'set', 'closed', ...flags, ...more]);
    expect(await world.text(['license', 'show', 'closed'])).toMatch(
      /ACCESS\+TRAIN, free, royalty 3% of every descendant, until 2099-01-31, for revenue up to 1000 SAHARA, 50 calls, attribution, no-military \(LicenseRef-all\)/,
    );
    expect(await world.json(['license', 'show', 'closed'])).toMatchObject({
      terms: [
        { absolute: true, ceiling: `${1000n * 10n ** 18n}`, callLimit: 50, restrictions: ['no-military'] },
      ],
    });
  });
});
