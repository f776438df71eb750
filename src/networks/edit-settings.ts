import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import { parseYaml, parseYamlDocument } from '../base/yaml.ts';
import { CONFIG_FILES, packageConfig } from '../config/index.ts';

/** Where a setting is to have this value; undefined takes it out. */
export type Edit = { path: readonly string[]; value: unknown };

/** An edit that is worked out: `write` does it. */
export type PlannedEdit = {
  /** The file, relative to the project. */
  file: string;
  changed: boolean;
  write: () => void;
};

type Settings = { [key: string]: unknown };

/** The file that a project without settings gets. */
const NEW_FILE = 'sahara.config.yaml';

/** The file of a project in which its settings are, as they are found when they are read. */
export function settingsFileOf(root: string): string {
  if (packageConfig(root)) return 'package.json';
  return CONFIG_FILES.find((file) => existsSync(join(root, file))) ?? NEW_FILE;
}

/**
 * Works out how the settings file of a project is changed. What else is in it stays as it is, with its comments; the
 * text is read again before it counts, so that a form which cannot be edited is refused and not spoilt.
 *
 * @throws SETTINGS_NOT_EDITABLE, which has what to write by hand
 */
export function planEdits(root: string, edits: readonly Edit[]): PlannedEdit {
  const file = settingsFileOf(root);
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const refuse = (reason: string) =>
    new SaharaError('SETTINGS_NOT_EDITABLE', { path: file, reason, lines: linesOf(edits) });
  if (/\.[cm]?[jt]s$/.test(file)) throw refuse('it is a program');
  const isJson = file.endsWith('.json');
  const prefix = file === 'package.json' ? ['sahara'] : [];
  let after: string;
  let wanted: unknown;
  let found: unknown;
  try {
    wanted = edited((isJson ? JSON.parse(before || '{}') : parseYaml(before)) ?? {}, prefix, edits);
    after = isJson ? jsonText(before, wanted) : yamlText(before, edits);
    found = (isJson ? JSON.parse(after) : parseYaml(after)) ?? {};
  } catch (error) {
    throw refuse(`it cannot be read (${(error as Error).message.split('\n')[0]})`);
  }
  if (!isDeepStrictEqual(found, wanted)) throw refuse('its form cannot be changed without changing more');
  const mode = before === '' ? 0o644 : statSync(path).mode & 0o777;
  return { file, changed: after !== before, write: () => writeFileAtomic(path, after, mode) };
}

/** The whole settings with the edits made. */
function edited(settings: Settings, prefix: readonly string[], edits: readonly Edit[]): Settings {
  const copy = structuredClone(settings);
  for (const { path, value } of edits) {
    const keys = [...prefix, ...path];
    const last = keys.pop() ?? '';
    const parents = [copy];
    for (const key of keys) {
      const at = parents.at(-1) ?? copy;
      at[key] = (at[key] as Settings | null | undefined) ?? {};
      parents.push(at[key] as Settings);
    }
    const at = parents.at(-1) ?? copy;
    if (value !== undefined) at[last] = value;
    else delete at[last];
    // A mapping that has become empty goes with its last entry, but not what the file must keep.
    for (let i = keys.length; i > prefix.length; i--)
      if (Object.keys(parents[i] ?? {}).length === 0) delete parents[i - 1]?.[keys[i - 1] ?? ''];
  }
  return copy;
}

/** JSON has no comments; its indentation and its last line stay as they were. */
function jsonText(before: string, settings: unknown): string {
  const indent = /^[ \t]+(?=")/m.exec(before)?.[0] ?? '  ';
  return `${JSON.stringify(settings, undefined, indent)}${before === '' || before.endsWith('\n') ? '\n' : ''}`;
}

function yamlText(before: string, edits: readonly Edit[]): string {
  const document = parseYamlDocument(before);
  const [problem] = document.errors;
  if (problem) throw problem;
  for (const { path, value } of edits) {
    // A mapping that says nothing is no collection to add to.
    const [above = ''] = path;
    if (path.length > 1 && document.has(above) && document.get(above) === undefined) document.delete(above);
    if (value !== undefined) document.setIn(path, document.createNode(value));
    else if (document.hasIn(path)) document.deleteIn(path);
    for (let i = path.length - 1; i > 0; i--) {
      const mapping = document.getIn(path.slice(0, i)) as { items?: unknown[] } | undefined;
      if (mapping?.items?.length === 0) document.deleteIn(path.slice(0, i));
    }
  }
  if (document.contents === null) return before;
  return document.toString({ lineWidth: 0 });
}

function linesOf(edits: readonly Edit[]): string {
  const wanted = edited({}, [], edits);
  return (
    JSON.stringify(wanted).slice(1, -1) || edits.map(({ path }) => `without ${path.join('.')}`).join(', ')
  );
}
