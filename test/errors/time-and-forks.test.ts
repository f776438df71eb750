import { timeAndForkErrors } from '../../src/base/errors-table/time-and-forks.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-time');
const running = async () => {
  await world.startDevnet();
  return () => world.stopDevnet();
};

provokeEach(world, timeAndForkErrors, {
  TIME_BACKWARDS: {
    run: ['devnet', 'time', '2001-01-01'],
    given: running,
    says: /cannot be set to 2001-01-01T00:00:00Z/,
  },
  TIME_TOO_FAR: { run: ['devnet', 'time', '+9000y'], given: running, says: /beyond the year 9999/ },
} satisfies Record<keyof typeof timeAndForkErrors, Provocation>);
