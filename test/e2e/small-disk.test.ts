import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { testAtDepth } from '../depth.ts';
import { FREE, smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, type Envelope } from './support.ts';

/* A devnet on a real disk that is full, and then read-only: a small tmpfs, in a namespace of our own. */

const world = await createWorld('small-disk');
const devnets = join(world.project, '.sahara/devnet');
mkdirSync(devnets, { recursive: true });
const mounts =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt']).status === 0;

/** Runs lines with a disk of their own below the project's devnets; each `step NAME command` gives an envelope. */
async function onDisk(megabytes: number, script: string): Promise<Map<string, Envelope>> {
  const lines = `
    mount -t tmpfs -o size=${megabytes}m none "${devnets}" || exit 99
    step() { name=$1; shift; echo "@@ $name"; "$@" --json; }
    ${script}`;
  const { stdout, stderr, code } = await runAsWritten(world, `unshare -rm sh -c '${lines}'`);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  const steps = stdout.split('@@ ').slice(1);
  return new Map(
    steps.map((step) => {
      const end = step.indexOf('\n');
      return [step.slice(0, end), JSON.parse(step.slice(end)) as Envelope];
    }),
  );
}

const reason = mounts ? '' : ', left out: this machine lets nobody mount a disk';

describe.skipIf(!mounts)(`a disk of 8 MB below the devnet${reason}`, () => {
  testAtDepth(
    'that is full, has room again, and is read-only: what was reported as done is there',
    async () => {
      for (const name of ['tides', 'waves', 'later']) smallDataset(world, name, {}, FREE);
      smallDataset(world, 'noise', {}, FREE);
      world.write('noise/content/noise.csv', 'a,b\n1,2\n'.repeat(600_000));
      const pays = [1, 2, 3, 4, 5, 6];
      const answers = await onDisk(
        8,
        `
      step start sahara devnet start
      step publish sahara publish tides
      head -c 100m /dev/zero > "${devnets}/filler" 2>/dev/null
      step full-publish sahara publish noise
      for n in ${pays.join(' ')}; do step pay-$n sahara revenue pay tides $n; done
      step full-fund sahara account fund dao 5
      step full-status sahara devnet status
      step full-stop sahara devnet stop
      rm "${devnets}/filler"
      step again-publish sahara publish waves
      for pid in $(sed -n "s/^ *\\"pid\\": \\([0-9]*\\),$/\\1/p" "${devnets}/default/live.json"); do kill -9 $pid; done
      step after-start sahara devnet start
      step after-show sahara revenue show tides
      step after-verify sahara asset verify waves
      step after-balance sahara account balance dao
      step after-stop sahara devnet stop
      mount -o remount,ro "${devnets}"
      step ro-start sahara devnet start
      step ro-reset sahara devnet reset --yes
      step ro-status sahara devnet status
      mount -o remount,rw "${devnets}"
      step rw-start sahara devnet start
      step rw-show sahara revenue show tides
      step rw-stop sahara devnet stop
      `,
      );
      const of = (step: string) => {
        const answer = answers.get(step);
        if (!answer) throw new Error(`no step ${step} in ${[...answers.keys()].join()}`);
        return answer;
      };
      const code = (step: string) => of(step).error?.code ?? 'ok';
      for (const step of ['start', 'publish', 'again-publish', 'after-verify', 'after-stop', 'rw-stop'])
        expect(of(step).error, step).toBe(undefined);
      // No room for what it has to keep: the content node's word, by the command.
      expect(of('full-publish').ok).toBe(false);
      expect(of('full-publish').error?.message).toMatch(/space|ENOSPC/i);
      // The last page of a journal may have room for a block or two; then none is called done.
      const paid = pays.filter((n) => code(`pay-${n}`) === 'ok');
      expect(paid.length).toBeLessThan(pays.length);
      for (const n of pays.filter((m) => !paid.includes(m))) {
        expect(code(`pay-${n}`)).toBe('SAH-2020');
        expect(of(`pay-${n}`).error?.message).toMatch(/done on the chain.*ENOSPC/);
      }
      expect(code('full-fund')).toBe('SAH-2020');
      expect(JSON.stringify(of('full-status').data)).toMatch(/not durable.*ENOSPC/);
      // It cannot be saved, so it is not stopped.
      expect(code('full-stop')).toBe('SAH-2008');
      // With room again it made up for what it could not write: all of it was done, once.
      expect(of('after-start').warnings).toEqual([]);
      const total = pays.reduce((sum, n) => sum + n, 0);
      for (const step of ['after-show', 'rw-show'])
        expect(of(step).data).toMatchObject({ conservation: { holds: true } });
      expect(paidIn(of('after-show').data)).toBe(`${total}${'0'.repeat(18)}`);
      expect((of('after-balance').data as { native: string }[])[0]?.native).toBe(`10005${'0'.repeat(18)}`);
      expect([code('ro-start'), code('ro-reset'), code('ro-status')]).toEqual(['SAH-0006', 'SAH-0006', 'ok']);
      expect(of('rw-show').data).toEqual(of('after-show').data);
    },
  );
});

function paidIn(shown: unknown): string {
  return (shown as { conservation: { paidIn: string } }).conservation.paidIn;
}
