import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { type BuildOptions, runBuild } from './run-build.ts';

let dir: string;
beforeEach(async () => {
  // A name that breaks what treats a path as an address, a pattern or a list.
  dir = await realpath(await mkdtemp(join(tmpdir(), 'sahara build, #1 %20 é-')));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function build(files: Record<string, string>, options: Partial<BuildOptions> = {}) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  const lines: string[] = [];
  const result = runBuild({
    dir,
    script: 'train.ts',
    name: 'x',
    onOutput: (line, stream) => lines.push(`${stream}: ${line}`),
    ...options,
  });
  return { result, lines };
}

const failure = async (
  files: Record<string, string>,
  options: Partial<BuildOptions> = {},
): Promise<SaharaError> => {
  const { result } = await build(files, options);
  return result.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as SaharaError,
  );
};

/** True while a process of that id runs; one that has ended and waits to be collected does not. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 60; i++) {
    if (!(await runs(pid))) return true;
    await sleep(50);
  }
  return false;
}

async function pidIn(file: string): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const text = await readFile(join(dir, file), 'utf8').catch(() => '');
    if (text) return Number(text);
    await sleep(50);
  }
  throw new Error(`nobody wrote ${file}`);
}

const WRITE_PID = (file: string) =>
  `import { writeFileSync } from 'node:fs'; writeFileSync('${file}', String(process.pid));`;

describe('a build', () => {
  it('gets its inputs, writes what it likes, and prints line by line', async () => {
    const input = { relation: 'TRAINED_ON', asset: 'a/b', version: 2, cid: 'bafy', path: '/data' };
    const { result, lines } = await build(
      {
        'content/old.txt': 'was here',
        'train.ts': `
          import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
          const context: { output: string } = JSON.parse(readFileSync(process.env.SAHARA_BUILD_CONTEXT!, 'utf8'));
          mkdirSync(context.output + '/sub', { recursive: true });
          writeFileSync(context.output + '/sub/new.json', JSON.stringify(context));
          process.stdout.write('one\\r\\ntw');
          process.stdout.write('o\\n\\x1b[31mred\\x1b[0m \\x07bell\\nno end');
          console.error('tab\\there');`,
      },
      { inputs: [input] },
    );
    const { outputs, durationMs } = await result;
    expect(outputs.map((file) => file.path)).toEqual(['sub/new.json']);
    expect(durationMs).toBeGreaterThan(0);
    const context = JSON.parse(await readFile(join(dir, 'content/sub/new.json'), 'utf8'));
    expect(context).toEqual({ name: 'x', dir, output: join(dir, 'content'), inputs: [input] });
    const stdout = lines.filter((line) => line.startsWith('stdout'));
    expect(stdout).toEqual(['stdout: one', 'stdout: two', 'stdout: red \\u0007bell', 'stdout: no end']);
    expect(lines).toContain('stderr: tab  here');
  });

  it('sees nothing of our environment but what it needs', async () => {
    process.env['PLANTED_SECRET'] = 'sesame';
    process.env['SAHARA_PRIVATE_KEY'] = 'sesame';
    try {
      const { result, lines } = await build(
        {
          'train.ts':
            'console.log(Object.keys(process.env).sort().join());console.log(JSON.stringify(process.env))',
        },
        { env: { SAHARA_EXTRA: '1' } },
      );
      await result;
      const names = lines[0]?.replace('stdout: ', '').split(',') ?? [];
      const allowed = ['HOME', 'LANG', 'PATH', 'SAHARA_BUILD_CONTEXT', 'SAHARA_EXTRA', 'TMPDIR'];
      expect(allowed).toEqual(expect.arrayContaining(names));
      expect(names).toContain('SAHARA_EXTRA');
      expect(lines.join()).not.toContain('sesame');
    } finally {
      delete process.env['PLANTED_SECRET'];
      delete process.env['SAHARA_PRIVATE_KEY'];
    }
  });

  it('finds the toolkit and its libraries without any of its own, and prefers its own', async () => {
    const { result, lines } = await build({
      'train.ts': `
        import { Matrix } from 'ml-matrix';
        import { openModel } from 'sahara-devkit/execution';
        import { SaharaError } from 'sahara-devkit/errors';
        import mine from 'onnx-proto';
        console.log(Matrix.name, typeof openModel, SaharaError.name, mine);`,
      'node_modules/onnx-proto/package.json': '{"name":"onnx-proto","version":"0.0.1","main":"i.js"}',
      'node_modules/onnx-proto/i.js': 'module.exports = "own"',
    });
    await result;
    expect(lines).toEqual(['stdout: Matrix function SaharaError own']);
  });

  it('may be plain JavaScript, in CommonJS too', async () => {
    const { result, lines } = await build(
      { 'b/make.js': `const { Matrix } = require('ml-matrix'); console.log(typeof Matrix)` },
      { script: 'b/make.js' },
    );
    await result;
    expect(lines).toEqual(['stdout: function']);
  });
});

describe('a build that cannot be run', () => {
  it('names the file that is missing, and the one that was meant', async () => {
    const error = await failure({ 'train.ts': '' }, { script: 'trian.ts' });
    expect(error).toMatchObject({ id: 'SCRIPT_MISSING', kind: 'not-found' });
    expect(error.message).toContain('did you mean "train.ts"?');
  });

  it('is not followed out of its folder', async () => {
    const outside = `${dir}-outside.ts`;
    await writeFile(outside, 'console.log(1)');
    try {
      await symlink(outside, join(dir, 'link.ts'));
      for (const script of [`../${outside.split('/').at(-1)}`, 'link.ts']) {
        expect(await failure({}, { script })).toMatchObject({ id: 'SCRIPT_UNUSABLE' });
      }
    } finally {
      await rm(outside);
    }
  });

  it.each(['run.sh', 'folder.ts'])('is refused when it is no script: %s', async (script) => {
    await mkdir(join(dir, 'folder.ts'));
    expect(await failure({ 'run.sh': 'true' }, { script })).toMatchObject({
      id: 'SCRIPT_UNUSABLE',
      kind: 'usage',
    });
  });
});

describe('a build that fails', () => {
  it.each([
    ['throws', 'throw new TypeError("no such thing")', 'TypeError: no such thing'],
    ['rejects', 'await Promise.reject(new Error("later"))', 'Error: later'],
    ['has a syntax error', 'const = 3', 'SyntaxError'],
    ['uses syntax that cannot be stripped', 'enum A { B }', 'enum is not supported'],
    [
      'imports what nobody has',
      'import "no-such-library-here"',
      "Cannot find package 'no-such-library-here'",
    ],
    ['imports a missing file', 'import "./gone.ts"', 'Cannot find module'],
    [
      'ends with a code',
      'console.error("Error: out of luck"); process.exitCode = 7',
      'exit code 7: Error: out of luck',
    ],
    ['says nothing', 'process.exit(3)', 'ended with exit code 3.'],
    ['kills itself', 'process.kill(process.pid, "SIGKILL")', 'was killed by SIGKILL'],
    ['waits for ever with nothing to wait for', 'await new Promise(() => {})', 'ended with exit code 13'],
  ])('because it %s says why', async (_what, script, message) => {
    const error = await failure({ 'train.ts': script });
    expect(error).toMatchObject({ id: 'BUILD_FAILED', kind: 'failed' });
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
  });

  it('keeps the last lines of a flood, and little memory', async () => {
    const error = await failure({
      'train.ts': `for (let i = 0; i < 20000; i++) console.log('line', i, 'x'.repeat(200)); process.stdout.write('y'.repeat(5e6)); process.exitCode = 1`,
    });
    const { lastLines } = error.params as { lastLines: string[] };
    expect(lastLines).toHaveLength(20);
    expect(lastLines.at(-2)).toMatch(/^line 19999 /);
    expect(lastLines.at(-1)?.length).toBeLessThanOrEqual(4_000);
  });
});

describe('a build that does not end', () => {
  it('is stopped at its limit, even when it is deaf to signals and busy', async () => {
    const script = `process.on('SIGTERM', () => {}); ${WRITE_PID('pid')} console.log('busy'); for (;;);`;
    const error = await failure({ 'train.ts': script }, { timeoutMs: 1500 });
    expect(error).toMatchObject({ id: 'BUILD_TIMEOUT' });
    expect(error.message).toContain('1.5 s');
    expect(await gone(await pidIn('pid'))).toBe(true);
  });

  it('is stopped together with what it started', async () => {
    const script = `
      import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', ${JSON.stringify(`require('fs').writeFileSync('grandchild', String(process.pid)); setInterval(() => {}, 1000)`)}], { stdio: 'inherit' });`;
    const controller = new AbortController();
    const { result } = await build({ 'train.ts': script }, { signal: controller.signal });
    const settled = result.catch((error: unknown) => error);
    const pid = await pidIn('grandchild');
    expect(await runs(pid)).toBe(true);
    controller.abort(new SaharaError('INTERRUPTED', { signal: 'SIGTERM' }));
    expect(await settled).toMatchObject({ id: 'INTERRUPTED', params: { signal: 'SIGTERM' } });
    expect(await gone(pid)).toBe(true);
  });

  it('leaves nothing running behind when it ends before what it started', async () => {
    const script = `
      import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', ${JSON.stringify(`require('fs').writeFileSync('grandchild', String(process.pid)); setInterval(() => {}, 1000)`)}], { stdio: 'inherit' }).unref();
      import { existsSync } from 'node:fs';
      while (!existsSync('grandchild')) await new Promise((done) => setTimeout(done, 20));`;
    const { result } = await build({ 'train.ts': script });
    await result;
    expect(await gone(await pidIn('grandchild'))).toBe(true);
  });

  it('is not even started when the work was called off before', async () => {
    const error = await failure({ 'train.ts': WRITE_PID('pid') }, { signal: AbortSignal.abort('SIGINT') });
    expect(error).toMatchObject({ id: 'INTERRUPTED', params: { signal: 'SIGINT' } });
    await expect(readFile(join(dir, 'pid'))).rejects.toThrow();
  });

  it('dies when whoever started it is killed without a chance to say so', async () => {
    const room = JSON.stringify(join(import.meta.dirname, 'run-build.ts'));
    const parent: ChildProcess = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { runBuild } = await import(${room}); await runBuild({ dir: ${JSON.stringify(dir)}, script: 'train.ts', name: 'x' });`,
      ],
      { stdio: 'ignore' },
    );
    await writeFile(join(dir, 'train.ts'), `${WRITE_PID('pid')} for (;;);`);
    const pid = await pidIn('pid');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const died = await gone(pid);
    // Should it live on, then not beyond this test.
    if (!died) process.kill(pid, 'SIGKILL');
    expect(died).toBe(true);
  });
});
