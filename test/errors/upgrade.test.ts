import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { upgradeErrors } from '../../src/base/errors-table/upgrade.ts';
import { createJournal } from '../../src/devnet/durability/journal.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-upgrade');
const folder = '.sahara/devnet/default';

/** A devnet's folder with these files, as another version left it. */
const left = (files: Record<string, object>) => () => {
  const dir = join(world.project, folder);
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) world.write(join(folder, name), JSON.stringify(text));
  return () => rmSync(dir, { recursive: true });
};
const run = ['devnet', 'start'];

provokeEach(world, upgradeErrors, {
  STATE_TOO_NEW: {
    run,
    given: left({ 'versions.json': { format: 2, toolkit: '9.9.9' } }),
    says: /versions\.json is in format 2, .*9\.9\.9/,
  },
  STATE_OTHER_GENESIS: {
    run,
    given: () => {
      const undo = left({ 'versions.json': { format: 1, toolkit: '0.0.1' } })();
      createJournal(join(world.project, folder, 'chain-journal-0.log'), {
        t: 'header',
        format: 1,
        sequence: 0,
        base: { kind: 'genesis', sha256: '00'.repeat(32), timestamp: 1_700_000_000 },
        continues: false,
        head: { number: 0, hash: '0x00' },
        mining: { automine: true, intervalSeconds: null },
      }).close();
      return undo;
    },
    says: /chain-journal-0\.log .*0\.0\.1/,
  },
  STATE_OTHER_ANVIL: {
    run,
    given: left({
      'versions.json': { format: 1, toolkit: '0.0.1', anvil: '0.0.1' },
      'chain-state.json': { of: 'another anvil' },
    }),
    says: /made by anvil 0\.0\.1/,
  },
  CHAIN_FILES_MISSING: {
    run,
    given: left({ 'versions.json': { format: 1, toolkit: '0.0.1' } }),
    says: /all files of it are gone/,
  },
} satisfies Record<keyof typeof upgradeErrors, Provocation>);
