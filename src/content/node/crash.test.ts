import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { blockKey } from '../cid.ts';
import { OWN } from '../testing/churn.ts';
import { tempDir } from '../testing/node.ts';
import { openRepo } from '../testing/repo.ts';
import { tinyDag } from '../testing/tiny-dag.ts';
import { keyStream } from '../testing/vectors.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const CHURN = fileURLToPath(new URL('../testing/churn.ts', import.meta.url));

/** What the process said of one DAG: what was done last, and what had begun and was not done. */
type Told = { done: string; begun: string | undefined };

/** Runs the process, kills it a little after it has said so many lines, and gives what it had said by then. */
async function churn(
  dir: string,
  seed: string,
  killAfter: { lines: number; ms: number },
  told: Map<number, Told>,
  leafBytes: number,
) {
  const child = spawn(process.execPath, [CHURN, dir, seed, String(leafBytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const logged: string[] = [];
  let collections = 0;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (++lines === killAfter.lines) setTimeout(() => child.kill('SIGKILL'), killAfter.ms);
    if (/^(failed|log)/.test(line)) logged.push(line);
    if (line === '- gc') collections++;
    const [, sign, what = '', id] = /^([+-]) (add|upload|unpin) (\d+)$/.exec(line) ?? [];
    if (id === undefined) continue;
    const known = told.get(Number(id)) ?? { done: 'nothing', begun: undefined };
    if (sign === '+') known.begun = what;
    else told.set(Number(id), { done: what, begun: undefined });
    if (sign === '+') told.set(Number(id), known);
  }
  await ended;
  return { logged, collections };
}

// Large batches take another way to the disk than small ones.
it.each([
  { blocks: 'small', leafBytes: 1500, rounds: deep ? 60 : 5 },
  { blocks: 'large', leafBytes: 300_000, rounds: deep ? 40 : 5 },
])(
  'kill -9 in the middle of uploads, pins and collections loses nothing that was answered ($blocks blocks)',
  {
    timeout: deep ? 600_000 : 60_000,
  },
  async ({ leafBytes, rounds }) => {
    const temp = tempDir('crash');
    const random = keyStream('crash-times');
    const told = new Map<number, Told>();
    let collections = 0;
    try {
      for (let round = 0; round < rounds; round++) {
        const [lines = 0, ms = 0] = random(2);
        const killAfter = { lines: 5 + (lines % 120), ms: ms % 20 };
        const ran = await churn(temp.path, `round ${round}`, killAfter, told, leafBytes);
        collections += ran.collections;
        expect(ran.logged.filter((line) => !line.includes('unfinished write'))).toEqual([]);

        const repo = await openRepo(temp.path, { graceMs: 3_600_000, segmentBytes: 20 * leafBytes });
        const files = readdirSync(join(temp.path, 'packs'));
        expect(files.filter((name) => !/^\d+\.(pack|idx)$/.test(name))).toEqual([]);
        const pinned = new Set([...repo.pins.list()].map(({ cid }) => String(cid)));
        for (const [id, { done, begun }] of told) {
          const dag = tinyDag(id, leafBytes);
          if (done === 'add' && begun !== 'unpin') expect(pinned).toContain(String(dag.root));
          if (done === 'unpin' && begun !== 'add') expect(pinned).not.toContain(String(dag.root));
          // An upload that was pinned and unpinned before counts from its last answer on, too.
          const isKept = pinned.has(String(dag.root)) || (done === 'upload' && begun === undefined);
          if (!isKept) continue;
          for (const { cid, bytes } of dag.blocks) {
            const found = await repo.store.get(cid);
            expect(found === undefined ? `${id} lost ${cid}` : Buffer.compare(found, bytes)).toBe(0);
          }
        }
        // After the last round everything is let go, and then nothing is left over.
        if (round === rounds - 1) {
          for (let id = 0; id < 2 * OWN; id++) await repo.unpin(tinyDag(id, leafBytes));
          await repo.close();
          const again = await openRepo(temp.path, { graceMs: 0 });
          const before = new Set([...again.store.keys()].map(blockKey));
          expect(await again.gc()).toEqual(before);
          const packs = join(temp.path, 'packs');
          const left = readdirSync(packs).filter((name) => statSync(join(packs, name)).size > 0);
          expect(left.filter((name) => name.endsWith('.pack'))).toEqual([]);
          await again.close();
        } else {
          // What begun and was not answered may be either way: from here on it is as it was found.
          for (const [id, known] of told) {
            if (known.begun === undefined) continue;
            const isPinned = pinned.has(String(tinyDag(id, leafBytes).root));
            told.set(id, { done: isPinned ? 'add' : 'nothing', begun: undefined });
          }
          await repo.close();
        }
      }
      expect(collections).toBeGreaterThan(0);
      expect(told.size).toBeGreaterThan(OWN / 2);
    } finally {
      temp.remove();
    }
  },
);
