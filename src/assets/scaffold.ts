import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { isFreeForFolder } from '../base/free-folder.ts';
import { makeFolder } from '../base/make-folder.ts';
import { suggest } from '../base/suggest.ts';
import { parseAssetRef } from '../chain/index.ts';
import { isAssetName } from './manifest.ts';

export const TEMPLATE_KINDS = ['dataset', 'model', 'agent'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

const TEXT = new Set(['.ts', '.md', '.yaml', '.csv', '.json']);

/** Names that a template mentions, for the story in which each kind builds on the one before. */
const DEFAULT_NAMES = { dataset: 'penguins', model: 'penguin-classifier' };

export type Scaffolded = { kind: TemplateKind; name: string; dir: string; files: string[] };

/**
 * Makes the folder of a new asset from a template: all of it, or nothing.
 *
 * @param options.templates the toolkit's templates folder
 * @param options.parent name of the asset it builds on: the dataset of a model, the model of an agent
 * @param options.dryRun checks everything, and makes nothing
 * @throws NAME_INVALID, KIND_HAS_NO_TEMPLATE, FOLDER_EXISTS, ASSET_REF_INVALID
 */
export function scaffold(options: {
  kind: string;
  name: string;
  dir: string;
  templates: string;
  parent?: string;
  dryRun?: boolean;
}): Scaffolded {
  const kind = TEMPLATE_KINDS.find((k) => k === options.kind);
  if (!kind)
    throw new SaharaError('KIND_HAS_NO_TEMPLATE', {
      kind: options.kind,
      suggestion: suggest(options.kind, TEMPLATE_KINDS),
    });
  assertFreeName(options.name, options.dir);
  // YAML would take #3 for a comment.
  const parent = options.parent?.trim().replace(/^#/, '');
  const parentName = parent === undefined ? undefined : parseAssetRef(parent).name;
  const dir = resolve(options.dir);

  const words: Record<string, string> = {
    name: options.name,
    dataset: (kind === 'model' && parent) || DEFAULT_NAMES.dataset,
    model: (kind === 'agent' && parent) || DEFAULT_NAMES.model,
  };
  const ownData = kind === 'model' && parentName !== undefined && parentName !== DEFAULT_NAMES.dataset;
  const template = join(options.templates, kind);
  const staging = join(dirname(dir), `.${options.name}.${process.pid}.new`);
  try {
    const files = readdirSync(template, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => relative(template, join(e.parentPath, e.name)))
      .sort();
    const made = files.map((file) => {
      const target = join(
        dirname(file),
        file.endsWith('_gitignore') ? '.gitignore' : (file.split(/[\\/]/).pop() ?? file),
      );
      if (options.dryRun) return target;
      const to = join(staging, target);
      makeFolder(dirname(to));
      if (TEXT.has(extname(file))) {
        const text = fill(readFileSync(join(template, file), 'utf8'), words);
        writeFileSync(to, ownData && file === 'train.config.json' ? forOwnData(text) : text);
      } else copyFileSync(join(template, file), to);
      return target;
    });
    if (options.dryRun) return { kind, name: options.name, dir, files: made };
    if (existsSync(dir)) rmSync(dir, { recursive: true });
    renameSync(staging, dir);
    return { kind, name: options.name, dir, files: made };
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

/** @throws NAME_INVALID, FOLDER_EXISTS when a new asset cannot have this name and folder */
export function assertFreeName(name: string, dir: string): void {
  if (!isAssetName(name)) throw new SaharaError('NAME_INVALID', { name });
  if (!isFreeForFolder(resolve(dir))) throw new SaharaError('FOLDER_EXISTS', { path: resolve(dir) });
}

/** The name, or the first of name-2, name-3, ... that has no folder in `folder` yet. */
export function freeName(name: string, folder: string): string {
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`;
    if (isFreeForFolder(join(folder, candidate))) return candidate;
  }
}

function fill(text: string, words: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, word: string) => words[word] ?? whole);
}

/**
 * The settings of a training, without the columns of the template's own dataset. The label is left to be named: the
 * first build says which columns it could be.
 */
function forOwnData(settings: string): string {
  return settings
    .replace(/("label": )"[^"]*"/, '$1"the column to predict"')
    .replace(/("features": )\[[^\]]*\]/, '$1"auto"');
}
