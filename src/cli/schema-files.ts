import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { toolkitRoot } from '../devnet/toolkit.ts';
import type { JsonSchema } from './schema-fields.ts';

const SUFFIX = '.schema.json';
const folder = () => join(toolkitRoot(), 'schemas');
const wordsOf = (file: string) => file.slice(0, -SUFFIX.length).replaceAll('.', ' ');

/** What there are schemas of: commands by their words, and `config`, `manifest`, `events`, `error`. */
export function schemaNames(): string[] {
  try {
    return readdirSync(folder())
      .filter((file) => file.endsWith(SUFFIX))
      .map(wordsOf)
      .sort();
  } catch (error) {
    throw new SaharaError('TOOLKIT_INCOMPLETE', { missing: 'schemas' }, { cause: error });
  }
}

export type ShippedSchema = { name: string; path: string; schema: JsonSchema };

/**
 * A shipped schema.
 *
 * @param name a command by its words ("asset show"), or another name that `schemaNames` gives
 * @throws SCHEMA_UNKNOWN naming the nearest
 */
export function readSchema(name: string): ShippedSchema {
  const names = schemaNames();
  if (!names.includes(name))
    throw new SaharaError('SCHEMA_UNKNOWN', {
      name,
      suggestion: suggest(name, names),
      below: names.filter((n) => n.startsWith(`${name} `)),
    });
  const path = join(folder(), `${name.replaceAll(' ', '.')}${SUFFIX}`);
  return { name, path, schema: JSON.parse(readFileSync(path, 'utf8')) as JsonSchema };
}
