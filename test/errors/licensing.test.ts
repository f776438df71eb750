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
  for (const name of ['letters', 'letters-sold', 'letters-full']) await world.json(['publish', name]);
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
} satisfies Record<keyof typeof licensingErrors, Provocation>);
