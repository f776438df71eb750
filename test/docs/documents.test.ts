import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deep } from '../depth.ts';
import { type OtherNetwork, startOtherNetwork } from '../e2e/other-network.ts';
import { type Block, blocksOf, firstDifference, stepsOf } from './blocks.ts';

const root = resolve(import.meta.dirname, '../..');
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

/** What newcomers read first; what the others show is run at depth. */
const FIRST_READ = 'README.md';

/** Every document of ours, with the commands in it. */
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];

type Ran = { stdout: string; stderr: string; code: number };

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      '/bin/sh',
      ['-c', command],
      { cwd, env, timeout: 100_000, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        done({ stdout, stderr, code: error ? Number(error.code ?? 1) : 0 });
      },
    );
  });
}

describe.each(DOCUMENTS)('%s', (document) => {
  const blocks = blocksOf(readFileSync(join(root, document), 'utf8'));
  const consoles = blocks.filter((b) => b.language === 'console');
  const programs = blocks.filter((b) => b.language === 'ts');
  // Programs may rest on what was done before them.
  const isRun = deep || document === FIRST_READ || consoles.length === 0;
  let place: string;
  let env: NodeJS.ProcessEnv;

  let staging: OtherNetwork | undefined;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'sahara-docs-'));
    const bin = join(place, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'sahara'),
      `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"\n`,
    );
    chmodSync(join(bin, 'sahara'), 0o755);
    const { SAHARA_PROJECT: _project, SAHARA_ACCOUNT: _account, ...rest } = process.env;
    env = {
      ...rest,
      PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
      // In which the documents were written, wherever this runs.
      LC_ALL: 'C.UTF-8',
      XDG_CONFIG_HOME: join(place, 'config'),
      SAHARA_CONTENT_NODE: 'embedded',
      NO_COLOR: '1',
    };
    mkdirSync(join(place, 'work', '.sahara'), { recursive: true });
    // What a document calls so is a network of its own.
    if (blocks.some((b) => b.lines.some((l) => l.includes('$STAGING_RPC')))) {
      staging = await startOtherNetwork(8600);
      env['STAGING_RPC'] = staging.url;
    }
  });

  afterAll(async () => {
    staging?.stop();
    for (const project of ['work', 'work/second', 'work/sahara-demo'])
      if (existsSync(join(place, project))) await run('sahara devnet stop', join(place, project), env);
    rmSync(place, { recursive: true, force: true });
  });

  it.runIf(consoles.length > 0 && (deep || document === FIRST_READ))(
    'prints what it shows',
    { timeout: 300_000 },
    async () => {
      for (const step of consoles.flatMap(stepsOf)) {
        const { stdout, stderr, code } = await run(step.command, join(place, 'work'), env);
        const where = `${document}:${step.line}: $ ${step.command}\n${stdout}\n${stderr}`;
        expect(code, where).toBe(0);
        expect(firstDifference(stdout, step.expected), where).toBeUndefined();
      }
    },
  );

  it.runIf(isRun && programs.length > 0)('has programs that run', { timeout: 120_000 }, async () => {
    const work = join(place, 'work');
    await run('sahara devnet start', work, env);
    mkdirSync(join(work, 'node_modules'), { recursive: true });
    symlinkSync(root, join(work, 'node_modules', 'sahara-devkit'));
    for (const [i, program] of programs.entries()) {
      const file = join(work, `program-${i}.mts`);
      writeFileSync(file, program.lines.join('\n'));
      const { code, stdout, stderr } = await run(`"${process.execPath}" ${file}`, work, env);
      expect(code, `${document}:${program.line}\n${stdout}\n${stderr}`).toBe(0);
    }
  });

  it('names npm scripts and files that exist', () => expectNamesThatExist(document));

  it('runs nothing unseen', () => {
    const shell = blocks
      .filter((b: Block) => b.language === 'sh')
      .flatMap((b) => b.lines)
      .map((l) => l.replace(/\s*#.*/, '').trim())
      .filter(Boolean);
    // What these do is tested by scripts/check-demo.mjs and by the very run that this test is part of.
    for (const line of shell) expect(['npm start', 'npm test'], `${document}: ${line}`).toContain(line);
  });
});

function expectNamesThatExist(document: string): void {
  const text = readFileSync(join(root, document), 'utf8');
  for (const [whole, name = ''] of text.matchAll(/npm run (?:-s )?([a-z:]+)/g))
    expect(scripts, `${document}: ${whole}`).toContain(name);
  for (const [whole, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
    expect(existsSync(resolve(root, dirname(document), target)), `${document}: ${whole}`).toBe(true);
}

describe('every document in a folder of docs/', () => {
  const others = (readdirSync(join(root, 'docs'), { recursive: true }) as string[])
    .map((f) => `docs/${f.split(sep).join('/')}`)
    .filter((f) => f.endsWith('.md') && !DOCUMENTS.includes(f));

  it('names npm scripts and files that exist, and shows nothing as run that no test runs', () => {
    expect(others.length).toBeGreaterThan(100);
    for (const document of others) {
      expectNamesThatExist(document);
      const languages = blocksOf(readFileSync(join(root, document), 'utf8')).map((b) => b.language);
      expect(languages, document).not.toContain('console');
    }
  });
});

describe('firstDifference', () => {
  it('finds a line that is not printed, and lets … stand for what may differ', () => {
    expect(firstDifference('a\nb\nc 17 d\n', ['a', '…', 'c … d'])).toBeUndefined();
    expect(firstDifference('a\nb\n', ['b'])).toBe('b');
    expect(firstDifference('a\nb\n', ['…', 'x'])).toBe('x');
  });
});
