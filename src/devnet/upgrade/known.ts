import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { readFrames } from '../durability/frames.ts';
import type { DevnetPaths } from '../paths.ts';
import { readVersions, STATE_FORMAT, versionsPath } from './versions.ts';

/** Longer than the first record of any journal. Bytes. */
const HEADER_BYTES = 64 * 1024;
/** What this toolkit reads, of the files that say themselves in which format they are. */
const [LIVE_FORMAT, JOURNAL_FORMAT] = [1, 1];

/** A file in a format that a newer toolkit made up. */
export type Newer = { path: string; format: string; toolkit: string | null };

/** The first file of a devnet that a newer version wrote; undefined where all can be read, or is merely damaged. */
export function findNewer(paths: DevnetPaths): Newer | undefined {
  if (!existsSync(paths.dir)) return undefined;
  const versions = readVersions(paths);
  const toolkit = versions?.toolkit ?? null;
  const newer = (path: string, format: unknown, known: number): Newer | undefined =>
    typeof format === 'number' && format > known ? { path, format: String(format), toolkit } : undefined;
  return (
    newer(versionsPath(paths), versions?.format, STATE_FORMAT) ??
    newer(paths.live, formatOf(paths.live), LIVE_FORMAT) ??
    readdirSync(paths.dir)
      .filter((name) => /^chain-journal-\d+\.log$/.test(name))
      .map((name) => join(paths.dir, name))
      .map((path) => newer(path, journalFormat(path), JOURNAL_FORMAT))
      .find((found) => found !== undefined)
  );
}

/**
 * Before anything in a devnet's folder is touched: what cannot be read for being new must not be taken for damage.
 *
 * @throws STATE_TOO_NEW
 */
export function assertStateKnown(paths: DevnetPaths): void {
  const newer = findNewer(paths);
  if (newer) throw new SaharaError('STATE_TOO_NEW', newer);
}

function formatOf(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown } | null)?.format;
  } catch {
    return undefined;
  }
}

/** By its first record, whatever follows. */
function journalFormat(path: string): unknown {
  try {
    const file = openSync(path, 'r');
    try {
      const start = Buffer.alloc(HEADER_BYTES);
      const [header] = readFrames(start.subarray(0, readSync(file, start))).records;
      return (JSON.parse(header?.toString() ?? 'null') as { format?: unknown } | null)?.format;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
