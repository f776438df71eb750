import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { DevnetPaths } from './paths.ts';

/** Why a devnet ended that nobody had asked to. */
export type LastEnd = {
  /** When it ended, ISO 8601. */
  at: string;
  /** What happened, as a few words: "the chain exited with code 1". */
  how: string;
  /** The end of the log of what ended first, oldest line first. */
  lastLines: string[];
};

const fileOf = ({ dir }: Pick<DevnetPaths, 'dir'>) => join(dir, 'last-end.json');

/** Leaves word for whoever asks how the devnet stands, until it is started again. Never throws. */
export function markLastEnd(paths: DevnetPaths, end: Omit<LastEnd, 'at'>): void {
  if (!existsSync(paths.dir)) return;
  try {
    writeFileAtomic(fileOf(paths), `${JSON.stringify({ at: new Date().toISOString(), ...end })}\n`);
  } catch {
    // The folder is gone or full; the log has it too.
  }
}

export function readLastEnd(paths: DevnetPaths): LastEnd | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(paths), 'utf8')) as LastEnd;
  } catch {
    return undefined;
  }
}

export function clearLastEnd(paths: DevnetPaths): void {
  rmSync(fileOf(paths), { force: true });
}
