import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import { parseScenario } from './parse-scenario.ts';
import { simulate } from './simulate.ts';

const TEMPLATES = new URL('../../templates/scenarios/', import.meta.url);
const template = (name: string) => readFileSync(new URL(name, TEMPLATES), 'utf8');

const SMALL = `name: small
seed: 1
days: 10
assets:
  - name: data
    kind: dataset
    owner: curator
    price: 2.5
    contributors:
      share: 12.5
      of:
        - { account: ana, weight: 2 }
  - name: model
    kind: model
    owner: trainer
    price: 1
    relations:
      - { type: TRAINED_ON, asset: data, royalty: 20 }
demand:
  - buyers: [bob]
    asset: model
    constant: { perDay: 0.5 }
`;

describe('parseScenario', () => {
  it.each(readdirSync(TEMPLATES))('reads %s, which is small enough to replay in seconds', (name) => {
    const scenario = parseScenario(template(name), name);
    expect(`${scenario.name}.yaml`).toBe(name);
    expect(scenario.description).not.toBe('');
    const { purchases, conservation } = simulate(scenario);
    expect(purchases.count).toBeGreaterThan(100);
    expect(purchases.count).toBeLessThanOrEqual(300);
    expect(conservation.drift).toBe(0n);
  });

  it('reads every field and fills in what is left out', () => {
    expect(parseScenario(SMALL)).toEqual({
      name: 'small',
      description: '',
      seed: 1,
      days: 10,
      feeBps: 250,
      settleEvery: 1,
      assets: [
        {
          name: 'data',
          kind: 'dataset',
          owner: 'curator',
          price: 2_500_000_000_000_000_000n,
          relations: [],
          contributors: { bps: 1_250, of: [{ account: 'ana', weight: 2n }] },
        },
        {
          name: 'model',
          kind: 'model',
          owner: 'trainer',
          price: 10n ** 18n,
          relations: [{ type: 'TRAINED_ON', asset: 'data', royaltyBps: 2_000 }],
        },
      ],
      demand: [
        { buyers: ['bob'], asset: 'model', from: 1, until: 10, rate: { kind: 'constant', perDayMilli: 500 } },
      ],
    });
  });

  it('reads absolute royalties and ceilings', () => {
    const text = SMALL.replace('royalty: 20 }', 'royalty: 20, absolute: true, ceiling: 1.000000001 }');
    expect(parseScenario(text).assets[1]?.relations).toEqual([
      {
        type: 'TRAINED_ON',
        asset: 'data',
        royaltyBps: 2_000,
        absolute: true,
        ceiling: 1_000_000_001_000_000_000n,
      },
    ]);
    expect(parseScenario(SMALL.replace('royalty: 20 }', 'royalty: 20, absolute: false }'))).toEqual(
      parseScenario(SMALL),
    );
  });

  it('reads amounts as written, counts of buyers, and anchors', () => {
    const text = SMALL.replace('price: 2.5', 'price: 0.123456789012345678')
      .replace('buyers: [bob]', 'buyers: 3')
      .replace(
        'asset: model\n    constant: { perDay: 0.5 }',
        'asset: model\n    poisson: &rate { perDay: 0.25 }\n  - buyers: [x]\n    asset: data\n    poisson: *rate',
      );
    const { assets, demand } = parseScenario(text);
    expect(assets[0]?.price).toBe(123_456_789_012_345_678n);
    expect(demand.map((d) => d.buyers)).toEqual([['buyer-1', 'buyer-2', 'buyer-3'], ['x']]);
    expect(demand[1]?.rate).toEqual({ kind: 'poisson', perDay: 0.25 });
  });

  it.each<[string, string, string, number, string, string]>([
    ['a misspelt field', 'days: 10', 'dayz: 10', 3, 'dayz', 'did you mean "days"?'],
    [
      'a misspelt field inside',
      'royalty: 20',
      'royalti: 20',
      18,
      'assets[1].relations[0].royalti',
      'did you mean "royalty"?',
    ],
    ['a field from nowhere', 'seed: 1', 'seed: 1\nxyzzy: 1', 3, 'xyzzy', 'known are seed, days, '],
    ['a missing field', 'seed: 1\n', '', 1, '', 'the field "seed" is missing'],
    ['a missing field inside', '    owner: trainer\n', '', 13, 'assets[1]', 'the field "owner" is missing'],
    [
      'an unknown parent',
      'asset: data,',
      'asset: dota,',
      18,
      'assets[1].relations[0].asset',
      'no asset "dota"; did you mean "data"?',
    ],
    [
      'a parent that comes later',
      'price: 2.5',
      'price: 2.5\n    relations: [{ type: USES, asset: model, royalty: 1 }]',
      9,
      'assets[0].relations[0].asset',
      'comes later',
    ],
    ['itself as parent', 'asset: data,', 'asset: model,', 18, 'assets[1].relations[0].asset', 'on itself'],
    [
      'an unknown relation',
      'TRAINED_ON',
      'TRAINED_UPON',
      18,
      'assets[1].relations[0].type',
      'did you mean "TRAINED_ON"?',
    ],
    ['an unknown kind', 'kind: model', 'kind: modell', 14, 'assets[1].kind', 'did you mean "model"?'],
    ['a name twice', 'name: model', 'name: data', 13, 'assets[1].name', 'two assets "data"'],
    ['a bad name', 'owner: trainer', 'owner: The Trainer', 15, 'assets[1].owner', '1 to 26 characters'],
    [
      'the fees as an owner',
      'owner: trainer',
      'owner: protocol',
      15,
      'assets[1].owner',
      'the account that the fees go to',
    ],
    ['a number as a name', 'owner: trainer', 'owner: 12', 15, 'assets[1].owner', 'quote it'],
    [
      'royalties above all',
      'royalty: 20 }',
      'royalty: 60 }\n      - { type: USES, asset: data, royalty: 40.01 }',
      18,
      'assets[1].relations',
      '100.01 %',
    ],
    [
      'royalties above all by what a parent owes',
      'royalty: 20 }\n',
      'royalty: 60, absolute: true }\n  - name: agent\n    kind: agent\n    owner: trainer\n    price: 1\n    relations:\n      - { type: USES, asset: model, royalty: 40.01 }\n',
      24,
      'assets[2].relations',
      '100.01 % with what is owed to "data"',
    ],
    [
      'a word for absolute',
      'royalty: 20',
      'royalty: 20, absolute: yes',
      18,
      'assets[1].relations[0].absolute',
      'true or false',
    ],
    [
      'a ceiling of nothing',
      'royalty: 20',
      'royalty: 20, ceiling: 0',
      18,
      'assets[1].relations[0].ceiling',
      'above zero',
    ],
    [
      'a ceiling too fine',
      'royalty: 20',
      'royalty: 20, ceiling: 0.0000000001',
      18,
      'assets[1].relations[0].ceiling',
      'at most 9 decimals',
    ],
    [
      'a ceiling too high',
      'royalty: 20',
      'royalty: 20, ceiling: 18446744074',
      18,
      'assets[1].relations[0].ceiling',
      'at most 18,446,744,073',
    ],
    [
      'a relation twice',
      'royalty: 20 }',
      'royalty: 1 }\n      - { type: TRAINED_ON, asset: data, royalty: 2 }',
      18,
      'assets[1].relations',
      'stands twice',
    ],
    [
      'a royalty too fine',
      'royalty: 20',
      'royalty: 20.125',
      18,
      'assets[1].relations[0].royalty',
      'at most two decimals',
    ],
    [
      'a negative royalty',
      'royalty: 20',
      'royalty: -1',
      18,
      'assets[1].relations[0].royalty',
      'from 0 to 100',
    ],
    ['a price of nothing', 'price: 1\n', 'price: 0\n', 16, 'assets[1].price', 'above zero'],
    ['a price in words', 'price: 1\n', 'price: cheap\n', 16, 'assets[1].price', 'a plain number'],
    [
      'a price beyond wei',
      'price: 1\n',
      'price: 0.1234567890123456789\n',
      16,
      'assets[1].price',
      '18 decimals',
    ],
    ['a weight of nothing', 'weight: 2', 'weight: 0', 12, 'assets[0].contributors.of[0].weight', 'from 1 to'],
    ['a share of nothing', 'share: 12.5', 'share: 0', 10, 'assets[0].contributors.share', 'from 0.01 to'],
    [
      'no contributors',
      'of:\n        - { account: ana, weight: 2 }',
      'of: []',
      11,
      'assets[0].contributors.of',
      'at least one',
    ],
    ['a fee too high', 'seed: 1', 'seed: 1\nfeePercent: 10.01', 3, 'feePercent', 'from 0 to 10'],
    ['days that are none', 'days: 10', 'days: 1.5', 3, 'days', 'a whole number from 1 to'],
    ['a seed too large', 'seed: 1', 'seed: 9007199254740993', 2, 'seed', 'a whole number'],
    [
      'demand for nothing known',
      'asset: model\n    constant',
      'asset: modle\n    constant',
      21,
      'demand[0].asset',
      'did you mean "model"?',
    ],
    ['demand after the end', 'constant:', 'until: 11\n    constant:', 22, 'demand[0].until', 'from 1 to 10'],
    [
      'demand that ends before it begins',
      'constant:',
      'from: 5\n    until: 4\n    constant:',
      22,
      'demand[0].from',
      'after the last day 4',
    ],
    ['no rate', '    constant: { perDay: 0.5 }\n', '', 20, 'demand[0]', 'either "constant" or "poisson"'],
    [
      'two rates',
      'constant:',
      'poisson: { perDay: 1 }\n    constant:',
      20,
      'demand[0]',
      'either "constant" or "poisson"',
    ],
    ['a rate too fine', 'perDay: 0.5', 'perDay: 0.0005', 22, 'demand[0].constant.perDay', 'three decimals'],
    ['a negative rate', 'perDay: 0.5', 'perDay: -1', 22, 'demand[0].constant.perDay', 'from 0 to'],
    ['no buyers', 'buyers: [bob]', 'buyers: []', 20, 'demand[0].buyers', 'at least one buyer'],
    [
      'a list that is none',
      'demand:\n  - buyers: [bob]\n    asset: model\n    constant: { perDay: 0.5 }',
      'demand: lots',
      19,
      'demand',
      'must be a list',
    ],
    [
      'a mapping that is none',
      '- { type: TRAINED_ON, asset: data, royalty: 20 }',
      '- TRAINED_ON',
      18,
      'assets[1].relations[0]',
      'must be a mapping',
    ],
    ['a field twice', 'seed: 1', 'seed: 1\nseed: 2', 3, '', 'not YAML'],
    ['a tab for indentation', '    owner: trainer', '\towner: trainer', 15, '', 'not YAML'],
    ['a text without end', 'name: small', 'name: "small', 23, '', 'not YAML'],
    [
      'an anchor from nowhere',
      'perDay: 0.5',
      'perDay: *nowhere',
      22,
      'demand[0].constant.perDay',
      'there is no anchor "nowhere"',
    ],
  ])('names line, path and reason of %s', (_, from, to, line, path, reason) => {
    expect(SMALL).toContain(from);
    const [first] = problemsOf(SMALL.replace(from, () => to));
    expect(first).toEqual({ line, path, reason: expect.stringContaining(reason) });
  });

  it.each([
    ['', 0],
    ['# nothing but a remark\n', 0],
    ['hello', 1],
    ['[1, 2]', 1],
    ['null', 1],
  ])('refuses the file %j', (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  it('names all problems at once, in the order of the file', () => {
    const text = SMALL.replace('seed: 1', 'seed: x')
      .replace('kind: dataset', 'kind: data set')
      .replace('royalty: 20', 'royalty: all');
    expect(problemsOf(text).map((p) => p.line)).toEqual([2, 6, 18]);
    const error = failure(text);
    expect(error instanceof Error && error.message).toMatch(/^s\.yaml:2: seed: .*\(and 2 more\)$/);
  });

  it('survives anything done to a file (property)', () => {
    const original = template('penguins.yaml');
    const junk = fc.constantFrom(
      '',
      '\n',
      ':',
      '- ',
      '{',
      ']',
      '&a',
      '*a',
      '!!set',
      '"',
      '0x1',
      '.inf',
      '<<: ',
      '\u0000',
      '😀',
    );
    fc.assert(
      fc.property(fc.nat(original.length), fc.nat(40), junk, (at, length, put) => {
        const text = original.slice(0, at) + put + original.slice(at + length);
        const error = failure(text);
        if (error !== undefined && !isError(error, 'SCENARIO_INVALID')) throw error;
        if (error === undefined) expect(simulate(parseScenario(text)).conservation.drift).toBe(0n);
      }),
    );
  });
});

function failure(text: string): unknown {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    return error;
  }
  return undefined;
}

function problemsOf(text: string): { line: number; path: string; reason: string }[] {
  const error = failure(text);
  if (isError(error, 'SCENARIO_INVALID')) return error.params.problems;
  throw error ?? new Error('nothing was refused');
}
