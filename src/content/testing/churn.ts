/**
 * A process that works with a repo until it is killed:
 *
 *   node churn.ts DIR SEED LEAF_BYTES
 *
 * Two workers upload, pin and unpin DAGs of their own while a third collects. Each says on stdout what it begins
 * (`+ pin 7`) and what is done (`- pin 7`).
 */
import { writeSync } from 'node:fs';
import { openRepo } from './repo.ts';
import { tinyDag } from './tiny-dag.ts';
import { keyStream } from './vectors.ts';

/** DAGs of one worker; worker 1 has the numbers from here on. */
export const OWN = 12;

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

async function main(dir: string, seed: string, leafBytes: number): Promise<void> {
  const repo = await openRepo(dir, { segmentBytes: 20 * leafBytes, graceMs: 3_600_000 });
  for (const line of repo.log) say(`log ${line}`);
  say('open');

  async function work(worker: number): Promise<never> {
    const random = keyStream(`${seed}/${worker}`);
    for (;;) {
      const [choice = 0, number = 0] = random(2);
      const id = worker * OWN + (number % OWN);
      const dag = tinyDag(id, leafBytes);
      const what = choice % 4 === 0 ? 'upload' : choice % 4 === 1 ? 'unpin' : 'add';
      say(`+ ${what} ${id}`);
      if (what === 'unpin') await repo.unpin(dag);
      else (await repo.upload(dag)).leave();
      if (what === 'add') await repo.pin(dag);
      say(`- ${what} ${id}`);
    }
  }

  async function collectAlways(): Promise<never> {
    for (;;) {
      say('+ gc');
      await repo.gc();
      say('- gc');
    }
  }

  await Promise.all([work(0), work(1), collectAlways()]);
}

if (process.argv[1] === import.meta.filename) {
  const [, , dir = '', seed = '', leafBytes] = process.argv;
  main(dir, seed, Number(leafBytes)).catch((error: Error) => {
    say(`failed ${error.stack}`);
    process.exitCode = 1;
  });
}
