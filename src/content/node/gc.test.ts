import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blockKey } from '../cid.ts';
import { collect } from '../testing/collect.ts';
import { tempDir } from '../testing/node.ts';
import { openRepo, type Repo, signal } from '../testing/repo.ts';
import { type TinyDag, tinyDag } from '../testing/tiny-dag.ts';
import { DamagedBlock } from './pack-store.ts';

const HOUR = 3_600_000;
const deep = process.env['SAHARA_DEPTH'] === 'deep';

async function expectSound(repo: Repo, { blocks }: TinyDag): Promise<void> {
  for (const { cid, bytes } of blocks)
    expect(Buffer.compare((await repo.store.get(cid)) ?? Buffer.alloc(0), bytes)).toBe(0);
}

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('gc');
});
afterEach(() => temp.remove());

const packFiles = () => readdirSync(join(temp.path, 'packs')).sort();
const packBytes = () =>
  packFiles()
    .filter((name) => name.endsWith('.pack'))
    .reduce((sum, name) => sum + statSync(join(temp.path, 'packs', name)).size, 0);

/** Changes a byte of a block, in every copy on disk. */
function spoil(bytes: Uint8Array): void {
  let hits = 0;
  for (const name of packFiles().filter((file) => file.endsWith('.pack'))) {
    const path = join(temp.path, 'packs', name);
    const file = readFileSync(path);
    const at = file.indexOf(bytes);
    if (at < 0) continue;
    file[at + 3] = (file[at + 3] ?? 0) ^ 1;
    writeFileSync(path, file, { flag: 'r+' });
    hits++;
  }
  expect(hits).toBeGreaterThan(0);
}

const DAGS = Array.from({ length: 9 }, (_, i) => tinyDag(i));
const dagOf = (i: number) => DAGS[i] as TinyDag;
type Keys = ReadonlySet<string>;
const union = (sets: Iterable<Keys>) => new Set([...sets].flatMap((set) => [...set]));
const both = (a: Keys, b: Keys) => new Set([...a].filter((key) => b.has(key)));
const without = (a: Keys, b: Keys) => new Set([...a].filter((key) => !b.has(key)));
const isWithin = (a: Keys, b: Keys) => without(a, b).size === 0;

/** What the store must hold, said with sets alone. */
function createModel(graceMs: number) {
  const held: { keys: Set<string>; open: boolean }[] = [];
  let present = new Set<string>();
  const pinned = new Set<number>();
  let inherited: { keys: Set<string>; open: boolean } | undefined;
  const reach = () => union([...pinned].map((i) => dagOf(i).keys));
  const model = {
    pinned,
    present: () => present,
    isWhole: (i: number) => isWithin(dagOf(i).keys, present),
    upload(i: number) {
      present = union([present, dagOf(i).keys]);
      const lease = { keys: new Set(dagOf(i).keys), open: true };
      held.push(lease);
      return () => {
        lease.open = false;
        if (graceMs === 0) held.splice(held.indexOf(lease), 1);
      };
    },
    pin(i: number) {
      pinned.add(i);
      for (const lease of [...held])
        if (!lease.open && isWithin(lease.keys, dagOf(i).keys)) held.splice(held.indexOf(lease), 1);
    },
    unpin(i: number) {
      if (inherited !== undefined && held.includes(inherited) && isWithin(inherited.keys, reach()))
        held.splice(held.indexOf(inherited), 1);
      inherited = undefined;
      pinned.delete(i);
    },
    gc() {
      const before = present;
      present = both(present, union([reach(), ...held.map((lease) => lease.keys)]));
      return without(before, present);
    },
    reopen() {
      held.length = 0;
      inherited = { keys: new Set(present), open: false };
      if (graceMs > 0) held.push(inherited);
    },
  };
  return model;
}

describe('garbage collection', () => {
  const index = fc.nat(DAGS.length - 1);
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), i: index }),
    fc.record({ do: fc.constant('upload' as const), i: index }),
    fc.record({ do: fc.constant('begin' as const), i: index }),
    fc.record({ do: fc.constant('end' as const), i: index }),
    fc.record({ do: fc.constant('pin' as const), i: index }),
    fc.record({ do: fc.constant('unpin' as const), i: index }),
    fc.record({ do: fc.constant('gc' as const), i: index }),
    fc.record({ do: fc.constant('reopen' as const), i: index }),
  );

  it.each([0, HOUR])('does what sets say it does, with a grace of %d ms', async (graceMs) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 500, max: 9000 }),
        async (steps, size) => {
          const dir = tempDir('gc-model');
          const options = { graceMs, segmentBytes: size };
          let repo = await openRepo(dir.path, options);
          const model = createModel(graceMs);
          let open: (() => void)[] = [];
          try {
            for (const { do: what, i } of steps) {
              if (what === 'add' || what === 'upload') {
                const hold = await repo.upload(dagOf(i));
                const leave = model.upload(i);
                hold.leave();
                leave();
                if (what === 'add') {
                  await repo.pin(dagOf(i));
                  model.pin(i);
                }
              } else if (what === 'begin') {
                const hold = await repo.upload(dagOf(i));
                const leave = model.upload(i);
                open.push(() => {
                  hold.leave();
                  leave();
                });
              } else if (what === 'end') open.shift()?.();
              else if (what === 'pin') {
                const done = await repo.pin(dagOf(i)).then(
                  () => true,
                  () => false,
                );
                expect(done).toBe(model.isWhole(i));
                if (done) model.pin(i);
              } else if (what === 'unpin' && model.pinned.has(i)) {
                await repo.unpin(dagOf(i));
                model.unpin(i);
              } else if (what === 'gc') expect(await repo.gc()).toEqual(model.gc());
              else if (what === 'reopen') {
                await repo.close();
                repo = await openRepo(dir.path, options);
                expect(repo.log).toEqual([]);
                model.reopen();
                open = [];
              }
              expect(repo.keys()).toEqual(model.present());
            }
            for (const i of model.pinned) await expectSound(repo, dagOf(i));
            expect(new Set([...repo.pins.list()].map(({ cid }) => String(cid)))).toEqual(
              new Set([...model.pinned].map((i) => String(dagOf(i).root))),
            );
          } finally {
            await repo.close();
            dir.remove();
          }
        },
      ),
      { numRuns: deep ? 1_000 : 40 },
    );
  });

  it('leaves nothing on disk but what is kept, in packs that are not small', async () => {
    const repo = await openRepo(temp.path, { segmentBytes: 8000 });
    for (let i = 0; i < 60; i++) {
      const dag = tinyDag(i);
      (await repo.upload(dag)).leave();
      if (i % 4 === 0) await repo.pin(dag);
      if (i % 10 === 9) await repo.gc();
    }
    await repo.gc();
    const { blocks, bytes } = repo.store.stat();
    expect(packBytes()).toBe(bytes + blocks * (16 + 36));
    expect(packFiles().filter((name) => name.endsWith('.pack')).length).toBeLessThanOrEqual(bytes / 4000 + 2);
    expect(packFiles().filter((name) => !/\.(pack|idx)$/.test(name))).toEqual([]);
    await repo.close();
    const again = await openRepo(temp.path);
    for (let i = 0; i < 60; i += 4) await expectSound(again, tinyDag(i));
    expect(again.store.stat()).toEqual({ blocks, bytes });
    await again.close();
  });

  it('leaves alone what uploads and pins lay hold of while it runs, and readers notice nothing', async () => {
    const repo = await openRepo(temp.path, { segmentBytes: 2000 });
    const dags = Array.from({ length: 40 }, (_, i) => tinyDag(i));
    for (const dag of dags) (await repo.upload(dag)).leave();
    const kept = dags.filter((_, i) => i % 5 === 0);
    for (const dag of kept) await repo.pin(dag);
    const held: TinyDag[] = [];
    let stop = false;
    const reading = (async () => {
      while (!stop) for (const dag of kept) await expectSound(repo, dag);
    })();
    let gone = 0;
    const running = repo.keeper.collect(signal);
    for (let i = 1; !(await running.next()).done; i++) {
      gone++;
      const dag = dags[i] as TinyDag;
      // In turn: an upload of what is partly there, a pin of what is there or not, a whole new one.
      if (i % 3 === 0) {
        await repo.upload(dag);
        held.push(dag);
      } else if (i % 3 === 1) {
        await repo.pin(dag).then(
          () => held.push(dag),
          () => {},
        );
      } else {
        const fresh = tinyDag(1000 + i);
        (await repo.upload(fresh)).leave();
        await repo.pin(fresh);
        held.push(fresh);
      }
      if (i === 39) break;
    }
    while (!(await running.next()).done) gone++;
    stop = true;
    await reading;
    expect(gone).toBeGreaterThan(10);
    for (const dag of [...kept, ...held]) await expectSound(repo, dag);
    await repo.close();
    const again = await openRepo(temp.path);
    for (const dag of [...kept, ...held]) await expectSound(again, dag);
    await again.close();
  });

  it('waits for the one before it, and stops when nobody wants it any more', async () => {
    const repo = await openRepo(temp.path, { segmentBytes: 1000 });
    for (let i = 0; i < 20; i++) (await repo.upload(tinyDag(i))).leave();
    const first = repo.keeper.collect(signal);
    await first.next();
    const second = repo.gc();
    await first.return();
    await second;
    expect(repo.keys().size).toBe(0);
    expect(packBytes()).toBe(0);
    await repo.close();
  });

  it('is finished at the next opening, or had not begun, wherever a crash came between', async () => {
    let repo = await openRepo(temp.path);
    const dags = Array.from({ length: 12 }, (_, i) => tinyDag(i));
    for (const dag of dags) (await repo.upload(dag)).leave();
    const kept = dags.filter((_, i) => i % 2 === 0);
    for (const dag of kept) await repo.pin(dag);
    await repo.close();
    const packs = join(temp.path, 'packs');
    const before = join(temp.path, 'before');
    cpSync(packs, before, { recursive: true });
    repo = await openRepo(temp.path, { segmentBytes: 100_000 });
    await repo.gc();
    await repo.close();
    const after = packBytes();
    const old = readdirSync(before).filter((name) => name.endsWith('.pack'));
    const [made] = packFiles().filter((name) => name.endsWith('.pack') && !old.includes(name));
    if (made === undefined) throw new Error('no new pack');
    const note = join(packs, made.replace('.pack', '.replaces'));

    // In place, and the old packs are still there: all of them, or some.
    for (const gone of [0, 2]) {
      for (const name of readdirSync(before).filter((file) => !old.slice(0, gone).includes(file)))
        cpSync(join(before, name), join(packs, name));
      writeFileSync(note, JSON.stringify(old.map((name) => Number.parseInt(name, 10))));
      writeFileSync(join(packs, 'compacting.tmp'), 'half a pack');
      repo = await openRepo(temp.path);
      for (const dag of kept) await expectSound(repo, dag);
      expect(packBytes()).toBe(after);
      expect(packFiles().every((name) => /^\d+\.(pack|idx)$/.test(name))).toBe(true);
      await repo.close();
    }
    // Noted down and not in place: as if nothing had been.
    rmSync(packs, { recursive: true });
    cpSync(before, packs, { recursive: true });
    writeFileSync(note, JSON.stringify(old.map((name) => Number.parseInt(name, 10))));
    repo = await openRepo(temp.path);
    for (const dag of dags) await expectSound(repo, dag);
    expect(existsSync(note)).toBe(false);
    await repo.close();
  });

  it('that cannot write leaves everything as it was, and works when it can', async () => {
    const repo = await openRepo(temp.path, { segmentBytes: 100_000 });
    for (let i = 0; i < 6; i++) (await repo.upload(tinyDag(i))).leave();
    await repo.pin(tinyDag(2));
    // A folder stands where the new pack would be drafted.
    mkdirSync(join(temp.path, 'packs', 'compacting.tmp'));
    await expect(repo.gc()).rejects.toThrow();
    for (let i = 0; i < 6; i++) await expectSound(repo, tinyDag(i));
    (await repo.upload(tinyDag(7))).leave();
    await repo.pin(tinyDag(7));
    rmSync(join(temp.path, 'packs', 'compacting.tmp'), { recursive: true });
    expect((await repo.gc()).size).toBeGreaterThan(10);
    for (const i of [2, 7]) await expectSound(repo, tinyDag(i));
    await repo.close();
  });

  it('that is under way when the store is closed leaves the packs alone from then on', async () => {
    const repo = await openRepo(temp.path, { segmentBytes: 1000 });
    for (let i = 0; i < 8; i++) (await repo.upload(tinyDag(i))).leave();
    await repo.pin(tinyDag(3));
    const running = repo.keeper.collect(signal);
    await running.next();
    await repo.close();
    const left = packFiles();
    await expect(collect(running)).rejects.toThrow(/closed/);
    expect(packFiles()).toEqual(left.filter((name) => !name.endsWith('.tmp')));
    const again = await openRepo(temp.path);
    await expectSound(again, tinyDag(3));
    await again.close();
  });

  it('removes nothing when it cannot know what a pin needs', async () => {
    const dag = tinyDag(1);
    let repo = await openRepo(temp.path);
    (await repo.upload(dag)).leave();
    await repo.pin(dag);
    await repo.close();
    spoil(dag.blocks[1]?.bytes as Uint8Array);
    repo = await openRepo(temp.path);
    await expect(repo.gc()).rejects.toThrow(/could not retrieve links/);
    await expect(repo.gc()).rejects.toThrow(/could not retrieve links/);
    // Mended, or unpinned: either will do.
    (await repo.upload(dag)).leave();
    expect((await repo.gc()).size).toBe(0);
    await expectSound(repo, dag);
    await repo.unpin(dag);
    expect((await repo.gc()).size).toBe(dag.blocks.length);
    await repo.close();
  });

  it('does not touch a pack in which a block to keep is damaged, until that is mended', async () => {
    const [dag, other] = [tinyDag(1), tinyDag(5)] as const;
    const repo = await openRepo(temp.path);
    for (const each of [dag, other]) (await repo.upload(each)).leave();
    await repo.pin(dag);
    const leaf = dag.blocks.at(-1)?.bytes as Uint8Array;
    spoil(leaf);
    const size = packBytes();
    expect(await repo.gc()).toEqual(new Set());
    expect(packBytes()).toBe(size);
    expect(repo.log.join()).toMatch(/is damaged/);
    (await repo.upload(dag)).leave();
    expect((await repo.gc()).size).toBe(other.blocks.length);
    await expectSound(repo, dag);
    await repo.close();
  });

  it('is refused while the list of pins is known to be damaged', async () => {
    let repo = await openRepo(temp.path);
    for (const i of [1, 2, 3]) {
      (await repo.upload(tinyDag(i))).leave();
      await repo.pin(tinyDag(i));
    }
    await repo.close();
    const path = join(temp.path, 'pins.log');
    const text = readFileSync(path, 'utf8').split('\n');
    text[1] = (text[1] as string).replace('recursive', 'recursivf');
    writeFileSync(path, text.join('\n'));
    repo = await openRepo(temp.path);
    expect([...repo.pins.list()]).toHaveLength(2);
    await expect(repo.gc()).rejects.toThrow(/pins\.log\.damaged/);
    await expectSound(repo, tinyDag(2));
    await repo.close();
  });
});

describe('damage', () => {
  it('makes a block count as absent for writers, so that to add it again mends it for good', async () => {
    const dag = tinyDag(4);
    const spoilt = dag.blocks.at(-1) as (typeof dag.blocks)[number];
    let repo = await openRepo(temp.path);
    (await repo.upload(dag)).leave();
    await repo.pin(dag);
    const [pin] = [...repo.pins.list()];
    if (pin === undefined) throw new Error('no pin');
    await repo.keeper.requireKept(pin, signal);
    spoil(spoilt.bytes);
    await expect(repo.store.get(spoilt.cid)).rejects.toBeInstanceOf(DamagedBlock);
    expect(repo.store.has(spoilt.cid)).toBe(false);
    expect(repo.store.size(spoilt.cid)).toBeUndefined();
    expect(repo.keys().has(blockKey(spoilt.cid))).toBe(false);
    await expect(repo.keeper.requireKept(pin, signal)).rejects.toThrow(/could not find/);
    (await repo.upload(dag)).leave();
    await repo.keeper.requireKept(pin, signal);
    await expectSound(repo, dag);
    await repo.close();
    repo = await openRepo(temp.path);
    await expectSound(repo, dag);
    expect(repo.store.stat().blocks).toBe(dag.blocks.length);
    await repo.close();
  });

  it('is found in every block by a look at all of them', async () => {
    const dag = tinyDag(4);
    const repo = await openRepo(temp.path, { segmentBytes: 700 });
    (await repo.upload(dag)).leave();
    for (const i of [2, 5]) spoil(dag.blocks[i]?.bytes as Uint8Array);
    const looked = await collect(repo.store.verify());
    expect(looked.map(({ cid }) => String(cid)).sort()).toEqual(
      dag.blocks.map(({ cid }) => String(cid)).sort(),
    );
    expect(
      looked
        .filter(({ sound }) => !sound)
        .map(({ cid }) => String(cid))
        .sort(),
    ).toEqual([2, 5].map((i) => String(dag.blocks[i]?.cid)).sort());
    expect(repo.store.stat().blocks).toBe(dag.blocks.length - 2);
    await repo.close();
  });
});
