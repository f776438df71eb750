import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runAsWritten } from './shell.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('action');

type Step = {
  name: string;
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  shell?: string;
  'working-directory'?: string;
  env?: Record<string, string>;
  run?: string;
};
type Action = {
  name: string;
  description: string;
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  runs: { using: string; steps: Step[] };
};
const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;
const { steps } = action.runs;

/** What GitHub makes of `${{ inputs.x }}`. */
function filled(text: string, inputs: Record<string, string>): string {
  return text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => {
    const { default: initial } = action.inputs[name] ?? {};
    return inputs[name] ?? initial ?? '';
  });
}

/** Runs a step's lines as GitHub does: from a file, with its bash options, and the step's environment. */
async function runStep(name: string, inputs: Record<string, string>, path?: string) {
  const step = steps.find((s) => s.name === name);
  if (!step?.run) throw new Error(`no step ${name}`);
  const script = join(world.dir, 'step.sh');
  writeFileSync(script, step.run);
  const entries = Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value, inputs)]);
  const before = path ? `export PATH="${path}:$PATH"; ` : '';
  return runAsWritten(world, `${before}exec bash --noprofile --norc -eo pipefail ${script}`, {
    cwd: join(world.project, filled(step['working-directory'] ?? '.', inputs)),
    env: Object.fromEntries(entries),
  });
}

describe('the GitHub Action', () => {
  test('is composite, and refers to inputs that it declares and describes', () => {
    expect(action.runs.using).toBe('composite');
    const text = JSON.stringify(steps);
    const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)));
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).toMatch(/\.$/);
      expect(input.required === true, name).toBe(input.default === undefined);
    }
  });

  test('says the shell of each step, and puts no input into a script', () => {
    for (const step of steps) {
      expect(step.name).toBeTruthy();
      if (step.uses) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
      else expect(step.shell).toBe('bash');
      expect(step.run ?? '').not.toContain('${{');
    }
  });

  test('installs the version that was asked for', async () => {
    const bin = join(world.dir, 'npm-bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(join(bin, 'npm'), 0o755);
    const ran = await runStep('Install sahara', { version: '1.2.3 && false' }, bin);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.trim().split('\n')).toEqual([
      'install',
      '--global',
      '--no-audit',
      '--no-fund',
      'sahara-devkit@1.2.3 && false',
    ]);
  });

  test('runs the lines with a devnet, stops at the first that fails, and fails as it does', async () => {
    mkdirSync(join(world.project, 'sub'));
    const command =
      'pwd\nsahara devnet list --fields state,selected\necho "$SAHARA_CONTENT_NODE"\n(exit 5) | cat\necho never';
    const ran = await runStep('Run with a devnet', { command, 'working-directory': 'sub' });
    expect(ran).toEqual({
      code: 5,
      signal: null,
      stdout: `${join(world.project, 'sub')}\nrunning\ttrue\nembedded\n`,
      stderr: '',
    });
  });
});
