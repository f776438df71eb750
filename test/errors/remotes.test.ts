import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { remoteErrors } from '../../src/base/errors-table/remotes.ts';
import { type FaultyDoor, openFaultyDoor } from '../../src/content/testing/faulty-door.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-remotes');
let door: FaultyDoor | undefined;
afterAll(async () => await door?.close());

beforeAll(async () => {
  const live = await world.startDevnet();
  smallDataset(world, 'letters');
  await world.json(['publish', 'letters']);
  rmSync(join(world.project, 'bucket.ts'), { force: true });
  world.write('bucket.ts', 'export const nothing = true;');
  door = await openFaultyDoor(live.content.api, { authorization: 'Bearer the-right-one' });
});

/** The settings, with one remote called pinner, in the environment. */
const remote = (settings: object) => () => ({
  SAHARA_REMOTES: JSON.stringify({ pinner: settings }),
  PINNER_TOKEN: 'a-secret-of-the-tests',
});
const auth = { env: 'PINNER_TOKEN' };
const run = ['publish', 'letters', '--remote', 'pinner'];

provokeEach(world, remoteErrors, {
  REMOTE_UNKNOWN: {
    run: ['publish', 'letters', '--remote', 'piner'],
    env: remote({ api: 'http://127.0.0.1:9' }),
    says: /"piner".*"pinner"/,
  },
  REMOTE_INSECURE: { run, env: remote({ api: 'http://pin.example', auth }), says: /PINNER_TOKEN/ },
  REMOTE_SECRET_MISSING: {
    run,
    env: remote({ api: 'http://127.0.0.1:9', auth: { env: 'ANOTHER_TOKEN' } }),
    says: /ANOTHER_TOKEN, which is not set/,
  },
  REMOTE_MODULE_BAD: { run, env: remote({ kind: './bucket.ts' }), says: /openRemote/ },
  // Publishing goes on with the other remotes, and says so at the end.
  REMOTE_DENIED: {
    call: async () => {
      const { remoteContent } = await import('../../src/content/remote.ts');
      const { loadConfig, findProject } = await import('../../src/config/index.ts');
      const env = { ...world.env, ...remote({ api: door?.url, auth })() };
      const { config } = await loadConfig(findProject(world.project), env);
      const store = await remoteContent({ project: world.project, config, env }, 'pinner');
      try {
        return await store.version();
      } finally {
        store.close();
      }
    },
    says: /HTTP 401/,
  },
  REMOTE_INCOMPLETE: {
    run,
    env: remote({ api: 'http://127.0.0.1:9' }),
    says: /letters is not on "pinner" .*stays registered/,
  },
} satisfies Record<keyof typeof remoteErrors, Provocation>);
