import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { DevnetPaths } from './paths.ts';

/** The chain ended without having been saved: what was done on it since the last save is lost. */
export type ChainLost = {
  /** When that was found, ISO 8601. */
  at: string;
  /** How the chain ended, as a few words. */
  how: string;
};

/** Leaves word for the next start. Never throws: it comes after something worse. */
export function markChainLost(paths: DevnetPaths, how: string): void {
  if (!existsSync(paths.dir)) return;
  try {
    const lost: ChainLost = { at: new Date().toISOString(), how };
    writeFileAtomic(paths.chainLost, `${JSON.stringify(lost)}\n`);
  } catch {
    // The folder is gone or full; the log has it too.
  }
}

/** The word that was left, which is told once; null when nothing was lost. */
export function takeChainLost(paths: DevnetPaths): ChainLost | null {
  const lost = readChainLost(paths);
  if (lost) rmSync(paths.chainLost, { force: true });
  return lost;
}

/** The same, to be told again. */
export function readChainLost(paths: DevnetPaths): ChainLost | null {
  try {
    return JSON.parse(readFileSync(paths.chainLost, 'utf8')) as ChainLost;
  } catch {
    return null;
  }
}
