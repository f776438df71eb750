import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { DevnetPaths } from './paths.ts';

/** What became of a chain that could not be brought back just as it was. */
export type ChainLost = {
  /** When that was found, ISO 8601. */
  at: string;
  /** What happened to the chain, as a few words. */
  how: string;
  /** The blocks that are missing, from the first to the last; `to` is null where nobody can tell. Null: see `transactions`. */
  blocks: {
    /** Number of the first one. */
    from: number;
    /** Number of the last one. */
    to: number | null;
  } | null;
  /** How many transactions were in them. 0 when nothing is missing, null when nobody can tell. */
  transactions: number | null;
  /** A folder with the files that could not be used; null when there are none. */
  aside: string | null;
};

/** Leaves word for the next start. Never throws: it comes after something worse. */
export function markChainLost(paths: DevnetPaths, what: Omit<ChainLost, 'at'>): void {
  if (!existsSync(paths.dir)) return;
  try {
    const lost: ChainLost = { at: new Date().toISOString(), ...what };
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

/** The same for people. */
export function tellLoss({ at, how, blocks, transactions, aside }: ChainLost): string {
  const missing =
    transactions === 0
      ? 'nothing of it is lost'
      : blocks
        ? `lost: ${blocks.to === null ? `what followed block ${blocks.from - 1}` : `blocks ${blocks.from} to ${blocks.to}${transactions === null ? '' : `, ${transactions} transactions`}`}`
        : 'what was done on it since it was last made durable is lost';
  const kept = aside ? ` The files that could not be used are in ${aside}.` : '';
  return `The chain ${how} (seen ${at}): ${missing}.${kept}`;
}
