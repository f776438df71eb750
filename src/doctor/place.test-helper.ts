import { spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DevnetPaths, devnetPaths } from '../devnet/paths.ts';
import type { Finding } from './check.ts';
import { CHECKS } from './registry.ts';
import { type DoctorOptions, type DoctorReport, runDoctor } from './run-doctor.ts';

export const ROOT = join(import.meta.dirname, '../..');
const PLATFORM =
  readdirSync(join(ROOT, 'node_modules/@foundry-rs')).find((n) => n.startsWith('anvil-')) ?? '';
/** The anvil binary's place in a toolkit. */
export const ANVIL = `node_modules/@foundry-rs/${PLATFORM}/bin/anvil`;

/** A project, and a toolkit of which every part can be broken. Node, anvil and git are the real ones. */
export type Place = {
  dir: string;
  project: { root: string; stateDir: string };
  toolkit: string;
  paths: DevnetPaths;
  env: NodeJS.ProcessEnv;
  /** Writes a file below `dir`. */
  write(path: string, text: string, mode?: number): string;
  /** Changes a JSON file below `dir`. */
  patch(path: string, change: Record<string, unknown>): void;
  remove(path: string): void;
  git(...args: string[]): void;
  /** Runs one check as `sahara doctor` does. */
  check(id: string): Promise<Finding>;
  doctor(options?: DoctorOptions): Promise<DoctorReport>;
  /** Every file with its mode and content, to see that nothing was touched. */
  snapshot(): string[];
};

export function createPlace(): Place {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'sahara-doctor-test-')));
  const project = { root: join(dir, 'project'), stateDir: join(dir, 'project/.sahara') };
  const toolkit = join(dir, 'toolkit');
  const place: Place = {
    dir,
    project,
    toolkit,
    paths: devnetPaths(project.stateDir),
    env: {
      PATH: process.env['PATH'],
      HOME: join(dir, 'home'),
      XDG_CONFIG_HOME: join(dir, 'home/.config'),
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      SAHARA_CONTENT_NODE: 'embedded',
    },
    write(path, text, mode = 0o644) {
      const file = join(dir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
      return file;
    },
    patch(path, change) {
      const found = JSON.parse(readFileSync(join(dir, path), 'utf8')) as object;
      place.write(path, JSON.stringify({ ...found, ...change }));
    },
    remove: (path) => rmSync(join(dir, path), { recursive: true }),
    git(...args) {
      const { status, stderr } = spawnSync('git', args, {
        cwd: project.root,
        env: place.env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    },
    async check(id) {
      const check = CHECKS.find((c) => c.id === id);
      if (!check) throw new Error(`no check ${id}`);
      const { run } = await check.load();
      return run({ project, toolkit, env: { ...place.env }, signal: AbortSignal.timeout(10_000) });
    },
    doctor: (options) => runDoctor({ project, toolkit, env: place.env }, options),
    snapshot: () => snapshotOf(dir),
  };
  mkdirSync(join(project.stateDir, 'keys'), { recursive: true, mode: 0o700 });
  mkdirSync(join(dir, 'home'));
  place.write('project/.sahara/.gitignore', '*\n');
  furnish(place);
  return place;
}

/** A toolkit as it is installed, small: one command and one room, which share a chunk. */
function furnish({ toolkit, write }: Place): void {
  const pkg = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    engines: object;
  };
  const { dependencies, engines } = pkg;
  const exports = { './config': { default: './dist/config/index.js' } };
  write(
    'toolkit/package.json',
    JSON.stringify({ name: 'x', version: '1.0.0', engines, dependencies, exports }),
  );
  const commands = {
    'devnet:start': {
      relativePath: ['dist', 'commands', 'devnet', 'start.js'],
      flags: { p: { env: 'SAHARA_PROJECT' } },
    },
    completion: { relativePath: ['dist', 'commands', 'completion.js'], flags: {} },
  };
  write('toolkit/oclif.manifest.json', JSON.stringify({ version: '1.0.0', commands }));
  for (const file of [
    'bin/run.js',
    'dist/cli/main.js',
    'dist/content/node/main.js',
    'dist/devnet/supervisor/main.js',
  ])
    write(`toolkit/${file}`, '');
  write('toolkit/dist/commands/completion.js', '');
  write(
    'toolkit/dist/commands/devnet/start.js',
    'import{a}from"../../chunks/a-1.js";const b=await import("../../chunks/b-1.js");',
  );
  write('toolkit/dist/config/index.js', 'export*from"../chunks/a-1.js";');
  write('toolkit/dist/chunks/a-1.js', 'export const a="./no-import.js";');
  write('toolkit/dist/chunks/b-1.js', '');
  for (const folder of ['templates', 'devnet/genesis'])
    cpSync(join(ROOT, folder), join(toolkit, folder), { recursive: true });
  for (const name of Object.keys(dependencies)) {
    const to = join(toolkit, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    if (!name.startsWith('@foundry-rs')) symlinkSync(join(ROOT, 'node_modules', name), to);
  }
  for (const name of ['anvil', PLATFORM])
    cpSync(
      join(ROOT, 'node_modules/@foundry-rs', name, 'package.json'),
      join(toolkit, 'node_modules/@foundry-rs', name, 'package.json'),
    );
  mkdirSync(dirname(join(toolkit, ANVIL)));
  symlinkSync(join(ROOT, ANVIL), join(toolkit, ANVIL));
}

function snapshotOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => !e.parentPath.includes('node_modules'))
    .map((e) => {
      const path = join(e.parentPath, e.name);
      const { mode, size } = lstatSync(path);
      const content = e.isFile() && size < 1e6 ? readFileSync(path, 'latin1') : '';
      return `${path} ${mode.toString(8)} ${e.isFile() ? size : ''} ${content}`;
    })
    .sort();
}
