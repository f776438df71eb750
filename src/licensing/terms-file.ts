import { readFileSync } from 'node:fs';
import { parseTerms } from './parse.ts';
import { PRESETS } from './presets.ts';
import type { Terms } from './terms.ts';

/**
 * Terms by the name of a preset, or from a YAML or JSON file that holds one entry as a manifest's `terms` do.
 *
 * @throws PRESET_UNKNOWN where it is neither, TERMS_INVALID, RIGHT_UNKNOWN, RESTRICTION_UNKNOWN
 */
export async function readTermsFile(nameOrPath: string): Promise<Terms> {
  if (PRESETS.some((p) => p.name === nameOrPath)) return parseTerms(nameOrPath, nameOrPath);
  let text: string;
  try {
    text = readFileSync(nameOrPath, 'utf8');
  } catch {
    return parseTerms(nameOrPath, nameOrPath);
  }
  // Only here: whoever imports this room reads no YAML.
  const { parseYaml } = await import('../base/yaml.ts');
  return parseTerms(parseYaml(text), nameOrPath);
}
