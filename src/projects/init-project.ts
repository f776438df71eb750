import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertFreeName, MANIFEST_FILE, readManifest, scaffold, TEMPLATE_KINDS } from '../assets/index.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { suggest } from '../base/suggest.ts';
import { CONFIG_FILES, packageConfig, projectAt, resolveAccount, stateFolder } from '../config/index.ts';
import { configText, type ProjectSettings, SCHEMA_FILE } from './config-text.ts';

export type InitOptions = ProjectSettings & {
  /** The project's folder; made when it is not there. */
  dir: string;
  /** An asset to begin with. */
  first: { kind: string; name: string } | null;
  /** Tests of an asset economy to begin with, in `tests/`. */
  tests: boolean;
  /** The toolkit's own folder: its templates, and its schemas where it has them. */
  toolkit: string;
  /** Make it although a folder above is a project. */
  nested: boolean;
  /** Find out what would be done, and write nothing. */
  dryRun: boolean;
};

/** `extended`: lines were added. `renewed`: a file of the toolkit's own became that of this version. `kept`: as it was. */
export type InitStep = { path: string; action: 'made' | 'extended' | 'renewed' | 'kept' };

export type Initialized = { root: string; changed: boolean; files: InitStep[] };

/** What no repository of a project should hold: a chain and keys, and what the demo and the tutorial make. */
const IGNORED = ['.sahara/', 'sahara-demo/', 'sahara-tutorial/'];

type Planned = InitStep & { write?: () => void };

/**
 * Makes a folder a project: settings, `.gitignore`, `.sahara/` and, when wanted, a first asset. What is there already
 * stays as it is, so that doing it again changes nothing.
 *
 * @throws NOT_A_FOLDER, PROJECT_ABOVE, ACCOUNT_UNKNOWN, KIND_HAS_NO_TEMPLATE, NAME_INVALID, FOLDER_EXISTS; then nothing
 *   was written
 */
export async function initProject(options: InitOptions): Promise<Initialized> {
  const root = resolve(options.dir);
  assertMayBeProject(root, options.nested);
  if (options.account !== null) resolveAccount(options.account);
  const plan = [
    settings(root, options),
    ignoreList(root),
    state(root),
    ...schema(root, options.toolkit),
    ...(options.tests ? exampleTests(root, options.toolkit) : []),
    ...(options.first ? [await firstAsset(root, options.first, options.toolkit)] : []),
  ];
  if (!options.dryRun) {
    // First of all, as it tells at once whether anything can be made here.
    stateFolder(join(root, '.sahara'), []);
    for (const { write } of plan) write?.();
  }
  const files = plan.map(({ path, action }) => ({ path, action }));
  return { root, changed: files.some((f) => f.action !== 'kept'), files };
}

function assertMayBeProject(root: string, nested: boolean): void {
  if (existsSync(root) && !statSync(root).isDirectory())
    throw new SaharaError('NOT_A_FOLDER', { path: root });
  const above = projectAt(root);
  if (above !== undefined && above !== root && !nested)
    throw new SaharaError('PROJECT_ABOVE', { path: root, above });
}

/** The file of a folder that holds its settings, in whichever of the forms. */
export function settingsFile(root: string): string | undefined {
  return (
    CONFIG_FILES.find((f) => existsSync(join(root, f))) ?? (packageConfig(root) ? 'package.json' : undefined)
  );
}

function settings(root: string, wanted: ProjectSettings): Planned {
  const there = settingsFile(root);
  if (there) return { path: there, action: 'kept' };
  const path = 'sahara.config.yaml';
  return { path, action: 'made', write: () => writeFileAtomic(join(root, path), configText(wanted)) };
}

function ignoreList(root: string): Planned {
  const path = '.gitignore';
  const file = join(root, path);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const bare = (line: string) => line.trim().replace(/^\/|\/$/g, '');
  const there = new Set((text ?? '').split('\n').map(bare));
  const lacking = IGNORED.filter((line) => !there.has(bare(line)));
  if (lacking.length === 0) return { path, action: 'kept' };
  const before = text === undefined || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
  return {
    path,
    action: text === undefined ? 'made' : 'extended',
    write: () => writeFileAtomic(file, `${before}${lacking.join('\n')}\n`),
  };
}

function state(root: string): Planned {
  return { path: '.sahara/', action: existsSync(join(root, '.sahara')) ? 'kept' : 'made' };
}

/** The form of the settings, for editors; ours, so that a newer toolkit may replace it. */
function schema(root: string, toolkit: string): Planned[] {
  const from = join(toolkit, 'schemas', 'config.schema.json');
  if (!existsSync(from)) return [];
  const to = join(root, SCHEMA_FILE);
  const isThere = existsSync(to);
  if (isThere && readFileSync(to, 'utf8') === readFileSync(from, 'utf8'))
    return [{ path: SCHEMA_FILE, action: 'kept' }];
  return [{ path: SCHEMA_FILE, action: isThere ? 'renewed' : 'made', write: () => copyFileSync(from, to) }];
}

/** Files of the template that are not there yet. */
function exampleTests(root: string, toolkit: string): Planned[] {
  const from = join(toolkit, 'templates', 'testing');
  return readdirSync(from)
    .sort()
    .map((name) => {
      const path = `tests/${name}`;
      if (existsSync(join(root, path))) return { path, action: 'kept' };
      const write = () => {
        makeFolder(join(root, 'tests'));
        copyFileSync(join(from, name), join(root, path));
      };
      return { path, action: 'made', write };
    });
}

async function firstAsset(
  root: string,
  { kind, name }: { kind: string; name: string },
  toolkit: string,
): Promise<Planned> {
  const dir = join(root, name);
  const path = `${name}/`;
  if (existsSync(join(dir, MANIFEST_FILE))) {
    const there = await readManifest(dir).catch(() => undefined);
    if (there?.kind === kind && there.name === name) return { path, action: 'kept' };
  }
  if (!(TEMPLATE_KINDS as readonly string[]).includes(kind))
    throw new SaharaError('KIND_HAS_NO_TEMPLATE', { kind, suggestion: suggest(kind, TEMPLATE_KINDS) });
  assertFreeName(name, dir);
  const templates = join(toolkit, 'templates');
  return { path, action: 'made', write: () => void scaffold({ kind, name, dir, templates }) };
}
