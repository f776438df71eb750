import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type ToolkitManifest = {
  version: string;
  engines: { node: string };
  exports: Record<string, string | { default: string }>;
  dependencies: Record<string, string>;
};

export type CommandManifest = {
  version: string;
  commands: Record<string, { relativePath: string[]; flags: Record<string, { env?: string }> }>;
};

/** The toolkit's own package.json; undefined when it is not there or cannot be read. */
export const manifestOf = (toolkit: string) => read<ToolkitManifest>(toolkit, 'package.json');

/** The list of its commands, which oclif reads. */
export const commandsOf = (toolkit: string) => read<CommandManifest>(toolkit, 'oclif.manifest.json');

function read<T>(toolkit: string, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(join(toolkit, name), 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** What to do about any part of the toolkit that is missing or damaged. */
export const INSTALL_AGAIN =
  'Install the toolkit again, without --omit=optional; in a checkout run npm start or npm test, which build what is missing.';
