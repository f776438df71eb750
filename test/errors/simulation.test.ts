import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { simulationErrors } from '../../src/base/errors-table/simulation.ts';
import { createChainDriver, parseScenario, planScenario, replayOnChain } from '../../src/simulation/index.ts';
import { openScripted } from '../e2e/scripted.ts';
import { createWorld, ROOT } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-simulation');
const template = readFileSync(join(ROOT, 'templates/scenarios/penguins.yaml'), 'utf8');

beforeAll(async () => {
  await world.startDevnet();
  world.write('wrong.yaml', template.replace(/kind: model/, 'kind: modl'));
  world.write('large.yaml', scenario(3_650, 10_000));
});

const scenario = (days: number, perDay: number) => `
seed: 1
days: ${days}
assets: [{name: letters, kind: dataset, owner: curator, price: 3}]
demand: [{asset: letters, buyers: [reader], constant: {perDay: ${perDay}}}]
`;

provokeEach(world, simulationErrors, {
  SCENARIO_INVALID: {
    run: ['simulate', 'wrong.yaml'],
    says: /wrong\.yaml:\d+: .*"modl"; did you mean "model"/,
  },
  SCENARIO_TOO_LARGE: { run: ['simulate', 'large.yaml'], says: /at most \d+ are simulated/ },
  // Somebody else pays for the same asset while the replay is under way.
  SIMULATION_DIVERGED: {
    call: async () => {
      const driver = createChainDriver(await openScripted(world));
      try {
        await replayOnChain(planScenario(parseScenario(scenario(1, 1))), {
          ...driver,
          purchase: async (purchases) => driver.purchase([...purchases, ...purchases]),
        });
      } finally {
        await driver.close();
      }
    },
    says: /On day 1 .* wei on the chain, but \d+ wei in the model/,
  },
  SCENARIO_MISSING: { run: ['simulate', 'pengiuns'], says: /"penguins"/ },
} satisfies Record<keyof typeof simulationErrors, Provocation>);
