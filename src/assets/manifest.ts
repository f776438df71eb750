import { existsSync, readFileSync } from 'node:fs';
import { basename, join, normalize, resolve, sep } from 'node:path';
import { isError, SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { ASSET_KINDS, type AssetKind } from '../chain/index.ts';
import { parseTerms, percent, RELATION_TYPES, type RelationType, type Terms } from '../licensing/index.ts';

export const MANIFEST_FILE = 'sahara.yaml';

/** What the folder of an asset says about it. */
export type Manifest = {
  kind: AssetKind;
  name: string;
  description: string | null;
  /** The folder that is published, below the manifest's. */
  content: string;
  /** The file in it that describes the asset to people. */
  card: string | null;
  terms: Terms[];
  relations: { type: RelationType; asset: string }[];
  /** `shareBps` of what stays with the version is split by the weights in `file`. */
  contributors: { shareBps: number; file: string } | null;
  build: { run: string } | null;
  agent: { run: string } | null;
};

export const MANIFEST_FIELDS = [
  'kind',
  'name',
  'description',
  'content',
  'card',
  'terms',
  'relations',
  'contributors',
  'build',
  'agent',
];

export function isAssetName(name: string): boolean {
  return /^[a-z]([a-z0-9-]{0,24}[a-z0-9])?$/.test(name);
}

/**
 * Reads and checks the manifest of a folder. All that is wrong is told at once.
 *
 * @throws MANIFEST_MISSING, MANIFEST_INVALID, and what is wrong with the terms
 */
export async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, MANIFEST_FILE);
  if (!existsSync(path)) throw new SaharaError('MANIFEST_MISSING', { path });
  const { parseYaml } = await import('../base/yaml.ts');
  let raw: unknown;
  try {
    raw = parseYaml(readFileSync(path, 'utf8'), { maxAliasCount: 50 });
  } catch (error) {
    throw new SaharaError(
      'MANIFEST_INVALID',
      { path, problems: [(error as Error).message.split('\n')[0] ?? ''] },
      { cause: error },
    );
  }
  return checkManifest(raw, path);
}

/** @param path names the file in errors */
export function checkManifest(raw: unknown, path: string): Manifest {
  const problems: string[] = [];
  const say = (problem: string) => {
    problems.push(problem);
  };
  if (!isMapping(raw))
    throw new SaharaError('MANIFEST_INVALID', { path, problems: ['it must be a mapping of fields'] });
  unknownFields(raw, MANIFEST_FIELDS, '', say);

  const kind = raw['kind'] as AssetKind;
  if (!ASSET_KINDS.includes(kind))
    say(`kind must be one of ${ASSET_KINDS.join(', ')}${near(String(kind), ASSET_KINDS)}`);
  const name = typeof raw['name'] === 'string' ? raw['name'] : '';
  if (!isAssetName(name))
    say('name must have 1 to 26 characters of a-z, 0-9 and -, begin with a letter, and not end with -');

  const manifest: Manifest = {
    kind,
    name,
    description: optionalText(raw, 'description', say),
    content: folderPath(raw['content'] ?? 'content', 'content', say),
    card: raw['card'] === undefined ? null : folderPath(raw['card'], 'card', say),
    terms: list(raw['terms'], 'terms', say).map((entry, i) =>
      parseTerms(entry, `terms[${i}] of ${basename(path)}`),
    ),
    relations: list(raw['relations'], 'relations', say).flatMap((entry, i) => relation(entry, i, say)),
    contributors: contributors(raw['contributors'], say),
    build: runnable(raw['build'], 'build', say),
    agent: runnable(raw['agent'], 'agent', say),
  };
  if (manifest.terms.length > 8) say(`terms has ${manifest.terms.length} entries; at most 8 can be offered`);
  if (manifest.relations.length > 64)
    say(`relations has ${manifest.relations.length} entries; at most 64 are possible`);
  const inContent = (file: string) => file.startsWith(`${manifest.content}/`);
  if (manifest.card && !inContent(manifest.card)) say(`card must be a file below ${manifest.content}/`);
  if (manifest.agent && kind !== 'agent') say('agent is for assets of the kind agent');
  if (manifest.agent && !inContent(manifest.agent.run))
    say(`agent.run must be a file below ${manifest.content}/, so that it is published`);
  if (problems.length > 0) throw new SaharaError('MANIFEST_INVALID', { path, problems });
  return manifest;
}

type Say = (problem: string) => void;

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function near(word: string, known: readonly string[]): string {
  const found = suggest(word, known);
  return found ? `; did you mean "${found}"?` : '';
}

function unknownFields(value: Record<string, unknown>, known: readonly string[], at: string, say: Say): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) say(`unknown field "${at}${key}"${near(key, known)}`);
}

function optionalText(raw: Record<string, unknown>, field: string, say: Say): string | null {
  const value = raw[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value.length <= 1000) return value;
  say(`${field} must be a text of at most 1000 characters`);
  return null;
}

/** A relative POSIX path that stays below the folder. */
function folderPath(value: unknown, field: string, say: Say): string {
  if (typeof value !== 'string' || value === '') {
    say(`${field} must be a path`);
    return '';
  }
  const path = normalize(value).split(sep).join('/').replace(/\/$/, '');
  const escapes =
    resolve('/x', path) === '/x' ||
    !resolve('/x', path).startsWith(`/x${sep}`) ||
    /^[a-z]:|^[\\/]/i.test(value);
  if (escapes || value.includes('\\') || value.includes('\0'))
    say(`${field} "${value}" must be a path below the folder of the manifest, written with /`);
  return path;
}

function list(value: unknown, field: string, say: Say): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  say(`${field} must be a list`);
  return [];
}

function relation(entry: unknown, i: number, say: Say): Manifest['relations'] {
  if (!isMapping(entry)) {
    say(`relations[${i}] must be a mapping of type and asset`);
    return [];
  }
  unknownFields(entry, ['type', 'asset'], `relations[${i}].`, say);
  const type = entry['type'] as RelationType;
  if (!RELATION_TYPES.includes(type))
    say(
      `relations[${i}].type must be one of ${RELATION_TYPES.join(', ')}${near(String(type).toUpperCase(), RELATION_TYPES)}`,
    );
  const asset = entry['asset'];
  if (typeof asset !== 'string' && typeof asset !== 'number') say(`relations[${i}].asset must name an asset`);
  return [{ type, asset: String(asset) }];
}

function contributors(value: unknown, say: Say): Manifest['contributors'] {
  if (value === undefined || value === null) return null;
  if (!isMapping(value)) {
    say('contributors must be a mapping of share and file');
    return null;
  }
  unknownFields(value, ['share', 'file'], 'contributors.', say);
  let shareBps = 0;
  try {
    shareBps = percent(value['share'], 'contributors', 'share');
    if (shareBps === 0) say('contributors.share must be more than 0%');
  } catch (error) {
    if (!isError(error, 'TERMS_INVALID')) throw error;
    say(error.message.replace(/\.$/, ''));
  }
  return { shareBps, file: folderPath(value['file'], 'contributors.file', say) };
}

function runnable(value: unknown, field: string, say: Say): { run: string } | null {
  if (value === undefined || value === null) return null;
  if (!isMapping(value)) {
    say(`${field} must be a mapping with the field run`);
    return null;
  }
  unknownFields(value, ['run'], `${field}.`, say);
  return { run: folderPath(value['run'], `${field}.run`, say) };
}
