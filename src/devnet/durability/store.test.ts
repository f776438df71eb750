import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryBeside } from '../../base/atomic-file.ts';
import { devnetPaths } from '../paths.ts';
import { createJournal } from './journal.ts';
import { genesisDigest, planRecovery } from './plan.ts';
import { digestOf, journalPath, previousCheckpoint, writeCheckpoint } from './store.ts';
import type { BlockRecord } from './types.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-store-'));
afterAll(() => rmSync(base, { recursive: true }));
let paths = devnetPaths(base);
beforeEach(() => {
  paths = devnetPaths(mkdtempSync(join(base, 'd-')));
  mkdirSync(paths.dir, { recursive: true });
});

const mining = { automine: true, intervalSeconds: null };
const head = (number: number) => ({ number, hash: `0x${number}` as const });
const block = (number: number) => ({ t: 'block', number, transactions: [] }) as unknown as BlockRecord;
/** From the genesis to block 2, a checkpoint, to 4, a checkpoint, to 6. */
function threeGenerations(): void {
  const genesis = { kind: 'genesis', sha256: genesisDigest(), timestamp: 7 } as const;
  const first = createJournal(journalPath(paths, 0), {
    t: 'header',
    format: 1,
    sequence: 0,
    base: genesis,
    continues: true,
    head: head(0),
    mining,
  });
  first.append([block(1), block(2)]);
  first.close();
  for (const sequence of [1, 2]) {
    const state = Buffer.from(`{"generation":${sequence}}`);
    const next = writeCheckpoint(paths, state, {
      sequence,
      head: head(2 * sequence),
      mining,
      continues: true,
    });
    next.append([block(2 * sequence + 1), block(2 * sequence + 2)]);
    next.close();
  }
}
const planned = () => {
  const { base: from, journals, damaged } = planRecovery(paths);
  return { from, journals: journals.map(({ header }) => header.sequence), damaged };
};

describe('generations', () => {
  test('two are kept, each with its journal', () => {
    threeGenerations();
    expect(readdirSync(paths.dir).sort()).toEqual([
      'chain-journal-1.log',
      'chain-journal-2.log',
      'chain-state.json',
      'chain-state.previous.json',
    ]);
    expect(planned()).toEqual({ from: { kind: 'file', path: paths.chainState }, journals: [2], damaged: [] });
  });

  test('with the newest checkpoint damaged or gone, the one before leads to the same block', () => {
    threeGenerations();
    const older = { from: { kind: 'file', path: previousCheckpoint(paths) }, journals: [1, 2] };
    writeFileSync(paths.chainState, '{"generation":');
    expect(planned()).toEqual({ ...older, damaged: [paths.chainState] });
    rmSync(paths.chainState);
    expect(planned()).toEqual({ ...older, damaged: [] });
    rmSync(previousCheckpoint(paths));
    expect(planned()).toEqual({ from: { kind: 'unknown' }, journals: [], damaged: [] });
  });

  test('a journal that cannot be read ends what follows the base', () => {
    threeGenerations();
    writeFileSync(journalPath(paths, 2), 'no journal');
    const damaged = [journalPath(paths, 2), paths.chainState];
    const from = { kind: 'file', path: previousCheckpoint(paths) };
    expect(planned()).toEqual({ from, journals: [1], damaged });
  });

  test('a genesis that is another one by now is no base', () => {
    const other = { kind: 'genesis', sha256: 'of another version', timestamp: 7 } as const;
    const header = {
      t: 'header',
      format: 1,
      sequence: 0,
      base: other,
      continues: true,
      head: head(0),
      mining,
    } as const;
    createJournal(journalPath(paths, 0), header).close();
    expect(planned().from).toEqual({ kind: 'unknown' });
  });

  test('a state without journals, as earlier versions leave it, is a base by itself', () => {
    writeFileSync(paths.chainState, '{}');
    expect(planned()).toEqual({ from: { kind: 'file', path: paths.chainState }, journals: [], damaged: [] });
    rmSync(paths.chainState);
    expect(planned().from).toEqual({ kind: 'unknown' });
  });

  test('a crash between any two steps of a new generation leaves one that is whole', () => {
    threeGenerations();
    const state = readFileSync(paths.chainState);
    const known = planned();
    // The journal is there, the checkpoint is not yet.
    const sha256 = createHash('sha256').update('{"generation":3}').digest('hex');
    createJournal(journalPath(paths, 3), {
      t: 'header',
      format: 1,
      sequence: 3,
      base: { kind: 'checkpoint', sha256 },
      continues: true,
      head: head(6),
      mining,
    }).close();
    expect(planned()).toEqual({ ...known, journals: [2, 3] });
    // The older one has been moved.
    renameSync(paths.chainState, previousCheckpoint(paths));
    expect(planned()).toMatchObject({ from: { path: previousCheckpoint(paths) }, journals: [2, 3] });
    // The new one is there, the oldest journals are as well.
    writeFileSync(paths.chainState, '{"generation":3}');
    expect(planned()).toMatchObject({ from: { path: paths.chainState }, journals: [3], damaged: [] });
    expect(digestOf(previousCheckpoint(paths))).toBe(createHash('sha256').update(state).digest('hex'));
  });

  test('half a one, whose writer was killed, goes with the next; what is only like it stays', () => {
    const half = temporaryBeside(paths.chainState);
    const others = [temporaryBeside(join(paths.dir, 'chain-status.json')), `${paths.chainState}.tmp`];
    for (const path of [half, ...others]) writeFileSync(path, '{"generation":');
    threeGenerations();
    expect(existsSync(half)).toBe(false);
    for (const path of others) expect(existsSync(path), path).toBe(true);
  });

  test('one that cannot be written leaves the one before, and nothing of itself', () => {
    threeGenerations();
    rmSync(paths.chainState);
    mkdirSync(paths.chainState);
    const before = readdirSync(paths.dir).sort();
    expect(() =>
      writeCheckpoint(paths, Buffer.from('{}'), { sequence: 3, head: head(6), mining, continues: true }),
    ).toThrow(/EISDIR/);
    expect(readdirSync(paths.dir).sort()).toEqual(before);
    expect(existsSync(journalPath(paths, 3))).toBe(false);
  });
});
