import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { genesisDigest } from '../durability/plan.ts';
import type { DevnetPaths } from '../paths.ts';
import { toolkitRoot } from '../toolkit.ts';

/** What a devnet's folder was written by, in `versions.json`. Versions before 0.1.0 of the toolkit wrote none. */
export type DevnetVersions = {
  /** Of the folder as a whole: one more whenever an older toolkit would misread something in it. */
  format: number;
  /** Version of the toolkit that started it last. */
  toolkit: string;
  /** Version of anvil that made its blocks last. */
  anvil: string;
  /** SHA-256 of the genesis file that its chain began with; null where that was not noted. */
  genesis: string | null;
};

/** The newest format of the folder that this toolkit reads, and the one that it writes. */
export const STATE_FORMAT = 1;

export const versionsPath = ({ dir }: Pick<DevnetPaths, 'dir'>): string => join(dir, 'versions.json');

/** What the folder says of itself; undefined where it says nothing that can be read. */
export function readVersions(paths: DevnetPaths): DevnetVersions | undefined {
  try {
    const found = JSON.parse(readFileSync(versionsPath(paths), 'utf8')) as DevnetVersions;
    return typeof found?.format === 'number' ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Notes who writes the folder from now on. A chain that was there before keeps its genesis. */
export function noteVersions(paths: DevnetPaths, isNew: boolean): void {
  const before = readVersions(paths);
  const now: DevnetVersions = {
    format: STATE_FORMAT,
    toolkit: toolkitVersion(),
    anvil: anvilVersion(),
    genesis: isNew ? genesisDigest() : (before?.genesis ?? null),
  };
  const text = `${JSON.stringify(now, null, 2)}\n`;
  if (!before || JSON.stringify(before) !== JSON.stringify(now)) writeFileAtomic(versionsPath(paths), text);
}

export function toolkitVersion(): string {
  return versionIn(join(toolkitRoot(), 'package.json'));
}

/** By its package and not by asking it, which would take as long as starting it. */
export function anvilVersion(): string {
  const require = createRequire(join(toolkitRoot(), 'package.json'));
  try {
    return versionIn(require.resolve('@foundry-rs/anvil/package.json'));
  } catch {
    return 'unknown';
  }
}

function versionIn(manifest: string): string {
  if (!existsSync(manifest)) return 'unknown';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? 'unknown';
}
