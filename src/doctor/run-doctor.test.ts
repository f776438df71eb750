import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../base/progress.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Check, type Finding, ok, problem, type Run, warning } from './check.ts';
import { examine } from './examine.ts';
import { inRange } from './node-range.ts';
import { createPlace, ROOT } from './place.test-helper.ts';
import { CHECKS } from './registry.ts';
import { scrubber } from './scrub.ts';
import { judgeDisk, judgeMemory, size } from './space.ts';
import { knownVariables } from './variables.ts';

const place = createPlace();
afterAll(() => rmSync(place.dir, { recursive: true }));

const check = (id: string, run: Run): Check => ({
  id,
  area: 'machine',
  title: id,
  load: async () => ({ run }),
});
const setup = (signal = new AbortController().signal) => ({
  project: place.project,
  toolkit: place.toolkit,
  env: place.env,
  signal,
});

describe('whatever a check does is a finding', () => {
  test.for<[string, Check, RegExp]>([
    [
      'it throws',
      check('a', () => {
        throw new TypeError('x is not a function');
      }),
      /could not be examined: x is not a function/,
    ],
    ['it rejects with no error at all', check('a', () => Promise.reject('just text')), /just text/],
    [
      'its code is not there',
      { ...check('a', () => ok('')), load: () => import(`${place.dir}/chunks/gone.js`) },
      /could not be examined: .*gone.js/,
    ],
    ['it never answers', check('a', () => new Promise(() => {})), /no answer within 0.05 s/],
  ])('%s', async ([, bad, says]) => {
    const found = await examine(setup(), [bad, check('b', () => ok('fine'))], silentProgress, 50);
    expect(found.map((f) => f.finding)).toEqual([
      { status: 'problem', says: expect.stringMatching(says) },
      ok('fine'),
    ]);
  });

  test('what is out of time is told so', async () => {
    let told: AbortSignal | undefined;
    const slow = check('slow', ({ signal }) => {
      told = signal;
      return new Promise(() => {});
    });
    await examine(setup(), [slow], silentProgress, 20);
    expect(told?.aborted).toBe(true);
  });

  test('an interruption ends the whole, even when a check does not heed it', async () => {
    const controller = new AbortController();
    const looking = examine(
      setup(controller.signal),
      [check('a', () => new Promise(() => {}))],
      silentProgress,
    );
    controller.abort(new Error('SIGINT'));
    await expect(looking).rejects.toThrow('SIGINT');
  });
});

describe('mending', () => {
  /** A check over a number of things to mend, of which each round shows one. */
  const layered = (count: number, apply: (left: number) => number = (n) => n - 1) => {
    let left = count;
    let applied = 0;
    const checks = Array.from({ length: count }, (_, i) =>
      check(`layer-${i}`, (): Finding => {
        if (left <= i) return ok('fine');
        if (left > i + 1) return problem('hidden');
        const fix = {
          says: `mend ${i}`,
          apply: () => {
            applied++;
            left = apply(left);
          },
        };
        return warning('broken', { fix });
      }),
    );
    return { checks, applied: () => applied };
  };
  const run = (checks: Check[], options = {}) => place.doctor({ checks, fix: true, ...options });

  test('goes on where mending one thing shows the next', async () => {
    const { checks } = layered(3);
    expect((await run(checks)).summary).toEqual({ ok: 3, warnings: 0, problems: 0, skipped: 0, fixed: 3 });
  });

  test('tries each thing once, and says why it was in vain', async () => {
    const vain = layered(1, () => {
      throw new Error('no luck');
    });
    const { checks, summary } = await run(vain.checks);
    expect(vain.applied()).toBe(1);
    expect(summary).toMatchObject({ warnings: 1, fixed: 0 });
    expect(checks[0]).toMatchObject({ fixed: false, detail: ['It could not be mended: no luck'] });
  });

  test('that changed nothing is not called done', async () => {
    const { checks } = await run(layered(1, (n) => n).checks);
    expect(checks[0]).toMatchObject({ status: 'warning', fixed: false, fix: 'mend 0' });
  });

  test('is not done unless it is asked for', async () => {
    for (const options of [{ fix: false }, { dryRun: true }]) {
      const idle = layered(1);
      expect((await run(idle.checks, options)).checks[0]).toMatchObject({ status: 'warning', fix: 'mend 0' });
      expect(idle.applied()).toBe(0);
    }
  });
});

test('the report names the versions, and what checks found on the way', async () => {
  const found = check('a', () => ok('', { versions: { anvil: '9.9.9', kubo: '1.2.3' } }));
  expect((await place.doctor({ checks: [found] })).versions).toMatchObject({
    toolkit: '1.0.0',
    node: process.versions.node,
    anvil: '9.9.9',
    kubo: '1.2.3',
    arch: process.arch,
    shell: 'bash',
  });
});

describe('a report carries', () => {
  const scrub = scrubber({ HOME: '/home/ann' });

  test.for([
    ['the home folder as ~', 'in /home/ann/x and /home/ann, not /home/anna', 'in ~/x and ~, not /home/anna'],
    ['the home folder of the account too', `at ${homedir()}/x`, 'at ~/x'],
    ['addresses of this machine whole', 'at http://127.0.0.1:8545/x?y', 'at http://127.0.0.1:8545/x?y'],
    ['of others the host only', 'at https://rpc.example.org/v3/0123456789.', 'at https://rpc.example.org/…'],
    ['no query', 'at https://rpc.example.org?key=1', 'at https://rpc.example.org'],
    ['no password', 'at http://a:b@proxy.example.org:3128/', 'at http://proxy.example.org:3128'],
    ['no password of this machine', 'at http://a:b@127.0.0.1:1', 'at http://127.0.0.1:1'],
    ['sockets too', 'wss://x.example.org/ws/KEY', 'wss://x.example.org/…'],
  ])('%s', ([, text = '', want]) => {
    expect(scrub.text(text)).toBe(want);
  });
});

test('a command with the home folder in it still works when it is pasted', () => {
  const { command } = scrubber({ HOME: '/home/ann' });
  expect(command("mv '/home/ann/my data/x' /home/ann/y")).toBe("mv ~/'my data/x' ~/y");
  const home = join(place.dir, 'home');
  const file = place.write('home/my data/x', 'content');
  const line = scrubber({ HOME: home }).command(`cat ${shellQuote(file)}`);
  expect(line).not.toContain(home);
  expect(spawnSync('/bin/sh', ['-c', line], { env: { HOME: home }, encoding: 'utf8' }).stdout).toBe(
    'content',
  );
});

test('room on a disk is judged by bytes and by files', () => {
  const MB = 1024 ** 2;
  expect(judgeDisk({ bytes: 99 * MB, files: null })).toBe('problem');
  expect(judgeDisk({ bytes: 100 * MB, files: null })).toBe('warning');
  expect(judgeDisk({ bytes: 1023 * MB, files: 1e6 })).toBe('warning');
  expect(judgeDisk({ bytes: 1024 * MB, files: 1e6 })).toBe('ok');
  expect(judgeDisk({ bytes: 1e12, files: 99 })).toBe('problem');
  expect(judgeDisk({ bytes: 1e12, files: 9_999 })).toBe('warning');
});

test('memory is judged by what the devnet takes', () => {
  const MB = 1024 ** 2;
  expect([127, 128, 511, 512].map((n) => judgeMemory(n * MB))).toEqual([
    'problem',
    'warning',
    'warning',
    'ok',
  ]);
});

test('sizes are told in the unit that fits', () => {
  expect([512, 5e6, 1.5 * 1024 ** 3, 1023 * 1024 ** 2].map(size)).toEqual([
    '0 kB',
    '4 MB',
    '1.5 GB',
    '1.0 GB',
  ]);
});

test('ranges of Node.js', () => {
  const range = '^22.18 || >=24';
  const fits = (v: string) => inRange(v, range);
  expect(['22.18.0', '22.99.1', '24.0.0', '25.1.0'].map(fits)).toEqual([true, true, true, true]);
  expect(['20.19.0', '22.17.9', '23.11.0'].map(fits)).toEqual([false, false, false]);
  expect(inRange('24.0.0', '~24')).toBeUndefined();
  expect(inRange('24.0.0', '~23 || >=24')).toBe(true);
});

describe('the registry', () => {
  test('holds a file of its own for every check', async () => {
    const files = readdirSync(join(import.meta.dirname, 'checks')).map((f) => f.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual(CHECKS.map((c) => c.id).sort());
    for (const { load } of CHECKS) expect((await load()).run).toBeTypeOf('function');
  });

  test('is the one that the document names', () => {
    const text = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
    const named = [...text.matchAll(/^\| `([a-z-]+)` +\|/gm)].map((m) => m[1]);
    expect(named).toEqual(CHECKS.map((c) => c.id));
  });
});

test('every variable of ours that the toolkit reads is known to doctor', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, { flags: Record<string, { env?: string }> }>;
  };
  const known = knownVariables(Object.values(manifest.commands).flatMap((c) => Object.values(c.flags)));
  const sources = ['src', 'bin', 'scripts', 'benchmarks'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter(
        (e) => e.isFile() && /\.(tsx?|m?js)$/.test(e.name) && !/\.test\.|test-helper|testing/.test(e.name),
      )
      .map((e) => join(e.parentPath, e.name)),
  );
  // Read or set: `env.SAHARA_X`, `env['SAHARA_X']`, or as a key.
  const used = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:env\.|env\['|env: '|^\s+)(SAHARA_[A-Z_]+)\b/gm)].map(
      (m) => m[1] ?? '',
    ),
  );
  expect(used.length).toBeGreaterThan(10);
  expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
});
