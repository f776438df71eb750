import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TUTORIAL_STEPS } from '../../src/tutorial/steps.ts';
import { testAtDepth } from '../depth.ts';
import { createWorld, type Envelope } from './support.ts';

const world = await createWorld('first');

const place = (name: string) => {
  const cwd = join(world.dir, name);
  mkdirSync(cwd);
  return cwd;
};

describe('new, where nobody can be asked', () => {
  test('names everything that is missing in one error', async () => {
    const both = await world.refused(['new'], {
      code: 'SAH-0002',
      exit: 2,
      says: /needs KIND \(.*\), NAME \(/,
    });
    expect(both.next[0]?.command).toBe('sahara new --help');
    const name = await world.refused(['new', 'dataset'], {
      code: 'SAH-0002',
      exit: 2,
      says: /needs NAME \(/,
    });
    expect(name.message).not.toContain('KIND');
    await world.refused(['new', '--yes'], { code: 'SAH-0002', exit: 2, says: /needs KIND/ });
  });

  test('--yes takes a name that is free', async () => {
    const cwd = place('names');
    for (const name of ['my-model', 'my-model-2'])
      expect(await world.json(['new', 'model', '--yes'], { cwd })).toMatchObject({ kind: 'model', name });
    expect(readdirSync(cwd).sort()).toEqual(['my-model', 'my-model-2']);
  });
});

describe('init, where nobody can be asked', () => {
  test('makes a project, once, and all commands find it', async () => {
    const cwd = place('init');
    const made = await world.json<{ changed: boolean; root: string }>(
      [
        'init',
        'shop',
        '--account',
        'trainer',
        '--content-node',
        'embedded',
        '--with',
        'dataset',
        '--name',
        'rain',
      ],
      { cwd },
    );
    expect(made).toMatchObject({ changed: true, root: join(cwd, 'shop') });
    const inner = { cwd: join(cwd, 'shop/rain') };
    expect(await world.json(['config', 'show'], inner)).toMatchObject({
      project: { root: join(cwd, 'shop') },
      config: { account: 'trainer', content: { node: 'embedded' } },
    });
    const again = await world.run(['init', 'shop', '--with', 'dataset', '--name', 'rain'], { cwd });
    expect(again).toMatchObject({
      code: 0,
      stdout: `${join(cwd, 'shop')} is a project already; nothing was changed.\n`,
    });
    expect(again.stderr).not.toContain('warning');
    // Settings that are there are not written to, and that is said.
    const warned = await world.envelope(['init', 'shop', '--account', 'dao'], { cwd });
    expect(warned).toMatchObject({
      ok: true,
      data: { changed: false },
      warnings: [/sahara\.config\.yaml is yours/],
    });
  });

  test('a dry run says what would be made, and makes nothing', async () => {
    const cwd = place('init-dry');
    const answer = await world.envelope(['init', '--with', 'dataset', '--dry-run'], { cwd });
    expect(answer).toMatchObject({ ok: true, meta: { dryRun: true }, data: { changed: true } });
    const ran = await world.run(['init', '--dry-run'], { cwd });
    expect(ran.stdout).toMatch(/would be a project\.\n {2}made +sahara\.config\.yaml\n/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('what is refused leaves no trace', async () => {
    const at = { cwd: world.project };
    const error = await world.refused(
      ['init', 'inner'],
      { code: 'SAH-0025', exit: 5, says: /inner lies in/ },
      at,
    );
    expect(error.next[0]?.command).toMatch(/^sahara init .*inner --nested$/);
    world.write('file.txt', '');
    await world.refused(['init', 'file.txt', '--nested'], { code: 'SAH-0026', exit: 5 }, at);
    await world.refused(
      ['init', 'inner', '--nested', '--account', 'curater'],
      { code: 'SAH-1005', exit: 3 },
      at,
    );
    await world.refused(
      ['init', 'inner', '--nested', '--with', 'dataset', '--name', 'Not A Name'],
      { code: 'SAH-6007', exit: 2 },
      at,
    );
    expect(existsSync(join(world.project, 'inner'))).toBe(false);
    expect(await world.json(['init', 'inner', '--nested'], at)).toMatchObject({ changed: true });
  });
});

type Tutorial = {
  dir: string;
  finished: boolean;
  steps: { id: string; command: string; outcome: string; exit: number | null; printed: string | null }[];
};

describe('tutorial, where nobody can be asked', () => {
  test('lists its steps and does nothing, in each way of asking for that', async () => {
    const cwd = place('list');
    for (const args of [[], ['--list'], ['--list', '--yes']]) {
      const { stdout, stderr, code } = await world.run(['tutorial', ...args], { cwd });
      expect(code).toBe(0);
      expect(stdout.match(/^ {3}\$ .*$/gm)).toEqual(TUTORIAL_STEPS.map((s) => `   $ ${s.command}`));
      expect(stderr).toContain('sahara tutorial --yes');
    }
    const { data, meta } = await world.envelope(['tutorial', '--dry-run', '--yes'], { cwd });
    expect(meta).toMatchObject({ dryRun: true });
    expect((data as Tutorial).steps.map((s) => s.outcome)).toEqual(TUTORIAL_STEPS.map(() => 'waiting'));
    expect(readdirSync(cwd)).toEqual([]);
  });

  testAtDepth(
    '--yes plays it to the end: the same story in JSON, where it goes on, and anew',
    {
      timeout: 240_000,
    },
    async () => {
      const cwd = place('play');
      const root = join(cwd, 'sahara-tutorial');
      // What would lead its commands elsewhere is not heeded.
      const env = { SAHARA_ACCOUNT: 'dao', SAHARA_PROJECT: world.project };
      const played = await world.json<Tutorial>(['tutorial', '--yes'], { cwd, env });
      expect(played).toMatchObject({ dir: root, finished: true });
      expect(played.steps.map((s) => [s.id, s.outcome, s.exit])).toEqual(
        TUTORIAL_STEPS.map((s) => [s.id, 'done', s.exit ?? 0]),
      );
      const printed = (id: string) => played.steps.find((s) => s.id === id)?.printed ?? '';
      expect(printed('publish')).toContain('Published penguins@1.');
      expect(printed('buy')).toContain('buyer holds license 1 for penguins (terms 3).');
      expect(printed('trace')).toMatch(/penguins@1 +21\.45 .*\n.*penguin-classifier@1 +39 /);
      expect(printed('mistake')).toContain('error SAH-6002');
      expect(existsSync(join(root, 'penguins/sahara.yaml'))).toBe(true);
      expect((await world.run(['devnet', 'status'], { cwd: root })).code).toBe(6);

      // Finished, so it begins anew; broken off by what a step needs, it goes on with that step.
      world.env['SAHARA_CONTENT_NODE'] = 'none';
      const broken: Envelope = await world.envelope(['tutorial', '--yes'], { cwd });
      world.env['SAHARA_CONTENT_NODE'] = 'embedded';
      expect(broken.error).toMatchObject({ code: 'SAH-0027', params: { step: 'devnet', exit: 2 } });
      expect(JSON.stringify(broken.error?.params)).toContain('SAH-1004');
      expect(readdirSync(join(root, 'earlier-1'))).toContain('penguins');
      const text = await world.run(['tutorial', '--yes', '--dir', root]);
      expect(text).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('curator claimed 16.302 WSAHARA.'),
      });
      expect(text.stderr).toContain(`Going on with step 2.`);
      expect(text.stderr).not.toContain('Step 1 of');
      expect(readFileSync(join(root, '.sahara/tutorial.json'), 'utf8')).toBe('{"next":null}\n');
    },
  );

  test('a folder of somebody else’s is left alone', async () => {
    const cwd = place('taken');
    mkdirSync(join(cwd, 'sahara-tutorial/mine'), { recursive: true });
    await world.refused(['tutorial', '--yes'], { code: 'SAH-6008', exit: 5 }, { cwd });
  });
});
