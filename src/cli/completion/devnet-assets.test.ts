import { toFunctionSelector } from 'viem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assetRegistryAbi } from '../../chain/generated/index.ts';
import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import { assetReferences } from './asset-references.ts';
import { type DevnetAsset, decodeAsset, devnetAssets, SELECTORS } from './devnet-assets.ts';
import {
  answering,
  type Behaviour,
  type FakeChain,
  fakeChain,
  registered,
} from './fake-chain.test-helper.ts';

const CURATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const TRAINER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const STRANGER = '0x00000000000000000000000000000000DeaDBeef';

const asset = (
  id: number,
  name: string,
  publisher = CURATOR,
  more: Partial<DevnetAsset> = {},
): DevnetAsset => ({
  id: `${id}`,
  kind: 'dataset',
  state: 'active',
  publisher,
  versions: 1,
  name,
  ...more,
});

describe('what is decoded by hand', () => {
  test('the selectors are those of the contract', () => {
    const of = (name: string) =>
      toFunctionSelector(
        assetRegistryAbi.find((f) => 'name' in f && f.name === name && f.type === 'function') as never,
      );
    expect(SELECTORS).toEqual({ assetCount: of('assetCount'), asset: of('asset') });
  });

  test.for(['penguins', '', 'a'.repeat(32), 'b'.repeat(1000), '名前', 'x\n$(y)'])('%j', (name) => {
    expect(decodeAsset('3', registered(name, TRAINER, 4, 2))).toEqual(
      asset(3, name, TRAINER.toLowerCase(), { versions: 4, state: 'revoked' }),
    );
  });

  test('whatever else is answered is no asset', () => {
    const good = registered('penguins');
    const length = good.slice(0, 2 + 8 * 64);
    for (const bad of [
      undefined,
      '',
      '0x',
      'text',
      good.slice(0, -2),
      `0x${'f'.repeat(64 * 12)}`,
      `${length}${'f'.repeat(128)}`,
    ])
      expect(decodeAsset('1', bad)).toBeUndefined();
  });
});

describe('how assets are called', () => {
  const assets = [
    asset(1, 'penguins'),
    asset(2, 'classifier', TRAINER, { versions: 3 }),
    asset(3, 'letters', CURATOR),
    asset(4, 'letters', TRAINER),
    asset(5, 'alien', STRANGER),
    asset(6, '--help'),
    asset(7, '$(reboot)'),
    asset(8, 'a\nb'),
    asset(9, '42'),
    asset(10, '-rf'),
    asset(11, 'Upper'),
  ];
  const names = (typed: string, versions = true) =>
    assetReferences(assets, typed, versions).map((c) => c.value);

  test.for<[string, string[]]>([
    [
      '',
      [
        'penguins',
        'classifier',
        'curator/letters',
        'trainer/letters',
        'alien',
        '6',
        '7',
        '8',
        '9',
        '10',
        '11',
      ],
    ],
    ['pen', ['penguins']],
    ['le', []],
    ['curator/', ['curator/penguins', 'curator/letters']],
    ['trainer/l', ['trainer/letters']],
    ['1', ['1', '10', '11']],
    ['classifier@', ['classifier@3', 'classifier@2', 'classifier@1']],
    ['trainer/classifier@', ['trainer/classifier@3', 'trainer/classifier@2', 'trainer/classifier@1']],
    ['2@', ['2@3', '2@2', '2@1']],
    ['nobody@', []],
    ['class@', []],
    ['$', []],
    ['-', []],
  ])('after %j', ([typed, wanted]) => {
    expect(names(typed)).toEqual(wanted);
  });

  test('versions only where a command takes them', () => {
    expect(names('classifier@', false)).toEqual([]);
  });

  test('every reference means that asset', () => {
    expect(DEV_ACCOUNTS.map((a) => a.name)).toContain('curator');
    expect(assetReferences(assets, '', true).map((c) => c.about)).toEqual([
      'dataset by curator',
      'dataset by trainer, 3 versions',
      'dataset by curator',
      'dataset by trainer',
      'dataset by 0x00000000…',
      'dataset "--help" by curator',
      'dataset "$(reboot)" by curator',
      'dataset "a\nb" by curator',
      'dataset by curator',
      'dataset "-rf" by curator',
      'dataset "Upper" by curator',
    ]);
  });
});

// The registry refuses such names and such answers: only a chain that is not it can give them.
describe.skipIf(process.platform === 'win32')('a chain that misbehaves', () => {
  let chain: FakeChain;
  beforeEach(async () => {
    chain = await fakeChain();
  });
  afterEach(() => chain.close());
  const read = (signal = AbortSignal.timeout(5000)) => devnetAssets(chain.stateDir, signal);

  test('answers that make no sense are left out, in whatever order they come', async () => {
    chain.behave(answering(4, (id) => [registered('one'), 17, null, registered('four')][id - 1]));
    expect((await read()).map((a) => [a.id, a.name])).toEqual([
      ['4', 'four'],
      ['1', 'one'],
    ]);
  });

  test('many assets are read newest first', async () => {
    chain.behave(answering(450, (id) => registered(`a${id}`)));
    const found = await read();
    expect(found).toHaveLength(450);
    expect(found[0]?.name).toBe('a450');
  });

  test('what was read when the time is over is the answer', async () => {
    const giving = answering(450, (id) => registered(`a${id}`));
    const controller = new AbortController();
    let calls = 0;
    chain.behave((line, socket) => {
      calls += 1;
      if (calls < 3) giving(line, socket);
      else controller.abort();
    });
    expect(await read(controller.signal)).toHaveLength(200);
  });

  test.for<[string, Behaviour]>([
    ['closes', (_, socket) => socket.destroy()],
    ['answers no JSON', (_, socket) => void socket.write('<html>\n')],
    ['answers no list', (_, socket) => void socket.write('{"id":1}\n')],
    ['answers null', (_, socket) => void socket.write('null\n')],
    ['counts to infinity', answering(Number.MAX_VALUE, () => registered('x'))],
    ['counts in words', (_, socket) => void socket.write('[{"id":1,"result":"many"}]\n')],
  ])('one that %s has no assets', async ([, behaviour]) => {
    chain.behave(behaviour);
    expect(await read()).toEqual([]);
  });

  test('one that is not there has none', async () => {
    await chain.leave();
    expect(await read()).toEqual([]);
    chain.close();
    expect(await read()).toEqual([]);
  });
});
