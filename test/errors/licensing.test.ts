import { beforeAll } from 'vitest';
import { licensingErrors } from '../../src/base/errors-table/licensing.ts';
import { FREE, smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-licensing');

beforeAll(async () => {
  await world.startDevnet();
  const sold = (price: number) => `  - {rights: [ACCESS], price: ${price}, text: MIT}\n`;
  smallDataset(world, 'letters', {}, FREE);
  smallDataset(world, 'letters-sold', {}, `terms:\n${sold(1)}${sold(2)}`);
  smallDataset(world, 'letters-full', {}, `terms:\n${[1, 2, 3, 4, 5, 6, 7, 8].map(sold).join('')}`);
  smallDataset(world, 'letters-nc', {}, 'terms: [CC-BY-NC-4.0]\n');
  smallDataset(
    world,
    'letters-shared',
    { '../contributors.csv': 'account,weight\nlabeler,1\n' },
    'contributors: {file: contributors.csv, share: 40%}\n',
  );
  for (const name of ['letters', 'letters-sold', 'letters-full', 'letters-nc', 'letters-shared'])
    await world.json(['publish', name]);
  smallDataset(world, 'more-nc', {}, 'terms: [MIT]\nrelations: [{type: DERIVED_FROM, asset: letters-nc}]\n');
  smallDataset(world, 'more-shared', {}, 'relations: [{type: DERIVED_FROM, asset: letters-shared}]\n');
  await world.json(['market', 'buy', 'letters-full', '--terms', '9', '--account', 'buyer']);
  world.write('child/content/x.txt', 'x');
  world.write(
    'child/sahara.yaml',
    'kind: model\nname: child\nrelations: [{type: DERIVED_FROM, asset: letters}]\n',
  );
});

provokeEach(world, licensingErrors, {
  RIGHT_UNKNOWN: { run: ['license', 'set', 'letters', '--rights', 'ACESS'], says: /"ACESS".*ACCESS/ },
  PRESET_UNKNOWN: { run: ['license', 'set', 'letters', '--preset', 'open-uses'], says: /"open-use"/ },
  TERMS_INVALID: {
    run: ['license', 'set', 'letters', '--preset', 'open-use', '--royalty', '5'],
    says: /royalty "5"/,
  },
  RELATION_NOT_ALLOWED: { run: ['publish', 'child'], says: /DERIVE from curator\/letters/ },
  TERMS_UNKNOWN: { run: ['market', 'buy', 'letters-sold', '--terms', '99'], says: /99/ },
  TERMS_CHOICE: { run: ['market', 'buy', 'letters-sold'], says: /2 sets of terms/ },
  NOT_FOR_SALE: { run: ['market', 'buy', 'letters'], says: /no terms with a price/ },
  TERMS_FULL: {
    run: ['license', 'set', 'letters-full', '--preset', 'open-use', '--price', '9'],
    says: /letters-full/,
  },
  RESTRICTION_UNKNOWN: {
    run: ['license', 'set', 'letters', '--preset', 'open-use', '--restrictions', 'no-milatary'],
    says: /"no-milatary".*no-military/,
  },
  TERMS_INCOMPATIBLE: {
    run: ['publish', 'more-nc', '--account', 'trainer'],
    says: /curator\/letters-nc \(terms \d+, CC-BY-NC-4.0\) does not grant COMMERCIAL.*To mend it, leave COMMERCIAL out/,
  },
  OWN_TERMS_NEEDED: { run: ['publish', 'more-shared'], says: /curator\/letters-shared is your own/ },
  LICENSE_UNKNOWN: { run: ['license', 'renew', '99'], says: /no licence 99/ },
  LICENSE_NOT_YOURS: {
    run: ['license', 'appeal', '1', '--reason', 'no', '--account', 'trainer'],
    says: /held by buyer, not by trainer/,
  },
  LICENSE_STATE: { run: ['license', 'renew', '1'], says: /does not run in periods/ },
  REASON_INVALID: { run: ['license', 'revoke', '1', '--reason', 'x'.repeat(281)], says: /281/ },
  WISH_UNKNOWN: { run: ['license', 'check', 'letters', '--for', 'trian'], says: /"trian".*"train"/ },
  TERMS_OVER: {
    run: ['license', 'set', 'letters', '--preset', 'open-use', '--expires', '2020-01-01'],
    says: /ended on 2020-01-01/,
  },
} satisfies Record<keyof typeof licensingErrors, Provocation>);
