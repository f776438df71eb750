import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { snapshotErrors } from '../../src/base/errors-table/snapshots.ts';
import type { LiveState } from '../../src/devnet/index.ts';
import { devnetPaths } from '../../src/devnet/index.ts';
import { archiveOf } from '../../src/devnet/snapshots/archive.ts';
import { ask } from '../../src/devnet/snapshots/ask.ts';
import { manifestText, parseManifest } from '../../src/devnet/snapshots/manifest.ts';
import { type SnapshotSource, writeSnapshot } from '../../src/devnet/snapshots/write-snapshot.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-snapshots');
const folder = join(world.project, '.sahara/devnet/default/snapshots');
const snapshot = (...words: string[]) => ['devnet', 'snapshot', ...words];

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'tides');
  await world.json(['publish', 'tides']);
  await world.json(snapshot('save', 'whole'));
  await world.json(snapshot('export', 'whole', 'whole.snapshot'));
});

/** A file of a snapshot for a while with something else in it. */
function spoilt(file: string, change: (text: string) => string): () => () => void {
  return () => {
    const path = join(folder, 'whole', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    return () => writeFileSync(path, text);
  };
}

provokeEach(world, snapshotErrors, {
  SNAPSHOT_NAME_INVALID: { run: snapshot('save', '../other'), says: /\.\.\/other/ },
  SNAPSHOT_MISSING: { run: snapshot('restore', 'nowhere'), says: /"nowhere"; there are whole/ },
  SNAPSHOT_EXISTS: { run: snapshot('save', 'whole'), says: /whole/ },
  SNAPSHOT_DAMAGED: {
    run: snapshot('restore', 'whole'),
    given: spoilt('chain-state.json', (text) => text.replace('"nonce"', '"nonc3"')),
    says: /chain-state\.json is not what was saved|instead of/,
  },
  SNAPSHOT_FOREIGN: {
    run: snapshot('import', 'newer.snapshot'),
    given: () => {
      const file = join(world.project, 'newer.snapshot');
      const bytes = readFileSync(join(world.project, 'whole.snapshot'));
      bytes.writeUInt32LE(2, 16);
      writeFileSync(file, bytes);
      return () => rmSync(file);
    },
    says: /the format is 2 instead of 1/,
  },
  SNAPSHOT_CONTENT_MISSING: {
    run: snapshot('restore', 'whole'),
    given: async () => {
      const pins = await world.json<{ name: string; cid: string }[]>(['content', 'ls']);
      const mark = pins.find(({ name }) => name === 'sahara-snapshot whole')?.cid ?? '';
      await world.json(['content', 'unpin', mark]);
      return () => world.json(['content', 'pin', mark, '--name', 'sahara-snapshot whole']);
    },
    says: /has not all that it needs/,
  },
  SNAPSHOT_NOT_SAVED: { call: unsaved, says: /ENOSPC/ },
  SNAPSHOT_UNFINISHED: { call: gone, says: /its supervisor ended meanwhile/ },
  SNAPSHOT_FILE_INVALID: {
    run: snapshot('import', 'longer.snapshot'),
    given: () => {
      const file = join(world.project, 'longer.snapshot');
      copyFileSync(join(world.project, 'whole.snapshot'), file);
      appendFileSync(file, 'more');
      return () => rmSync(file);
    },
    says: /something follows its end|not what was written/,
  },
  SNAPSHOT_OF_FORK: {
    run: snapshot('export', 'whole', 'other.snapshot'),
    given: () => {
      const record = join(world.project, '.sahara/devnet/default/fork.json');
      writeFileSync(record, '{}');
      return () => rmSync(record);
    },
    says: /default is a fork/,
  },
  SNAPSHOT_FILE_TOO_LARGE: {
    run: snapshot('import', 'huge.snapshot'),
    given: async () => {
      const manifest = parseManifest(readFileSync(join(folder, 'whole', 'manifest.json'), 'utf8'), 'whole');
      const files = manifest.files.map((file) => ({ ...file, bytes: 2 ** 50 }));
      const file = join(world.project, 'huge.snapshot');
      writeFileSync(file, '');
      for await (const chunk of archiveOf(manifestText({ ...manifest, files }), []))
        appendFileSync(file, chunk);
      return () => rmSync(file);
    },
    says: /huge\.snapshot holds at least \d{16,} bytes/,
  },
} satisfies Record<keyof typeof snapshotErrors, Provocation>);

/** A supervisor that is killed while it works. */
async function gone(): Promise<void> {
  const socket = join(world.dir, 'gone.sock');
  const server = createServer((request) => request.socket.destroy());
  await new Promise<void>((ready) => server.listen(socket, ready));
  try {
    await ask({ socket } as LiveState, { op: 'restore', name: 'whole' });
  } finally {
    server.close();
  }
}

/** Where the disk is full when the chain is to be saved. */
async function unsaved(): Promise<void> {
  const paths = devnetPaths(join(world.dir, 'full'));
  const checkpoint = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  await writeSnapshot({ paths, checkpoint } as unknown as SnapshotSource, 'unwritable', false);
}
