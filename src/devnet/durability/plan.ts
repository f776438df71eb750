import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetPaths } from '../paths.ts';
import { toolkitRoot } from '../toolkit.ts';
import type { ReadJournal } from './journal.ts';
import { digestOf, listJournals, previousCheckpoint } from './store.ts';
import type { BlockRecord, JournalHeader, Mining } from './types.ts';

/** What there is to recover a chain from. */
export type Plan = {
  /** Where it begins: a file, a genesis at a time, or nothing that a journal knows. */
  base: { kind: 'file'; path: string } | { kind: 'genesis'; timestamp: number } | { kind: 'unknown' };
  /** What continues the base, oldest first; none of them is missing. */
  journals: ReadJournal[];
  /** Files that something is wrong with. */
  damaged: string[];
  /** All journals that can be read. */
  found: ReadJournal[];
  /** True where the base is the newest checkpoint, and the journal that continued it is gone. */
  isHeadless?: boolean;
};

export const genesisPath = (): string => join(toolkitRoot(), 'devnet', 'genesis', 'genesis.json');

export const genesisDigest = (): string =>
  createHash('sha256').update(readFileSync(genesisPath())).digest('hex');

/** The newest base that is whole, with all journals that follow it: an older one leads to the same chain. */
export function planRecovery(paths: DevnetPaths): Plan {
  const { journals: found, unreadable } = listJournals(paths);
  if (found.length === 0 && unreadable.length === 0) {
    const isSaved = statSync(paths.chainState, { throwIfNoEntry: false }) !== undefined;
    const base = isSaved
      ? ({ kind: 'file', path: paths.chainState } as const)
      : ({ kind: 'unknown' } as const);
    return { base, journals: [], damaged: [], found };
  }
  const current = digestOf(paths.chainState);
  const baseOf = ({ base }: JournalHeader): Plan['base'] => {
    if (base.kind === 'genesis')
      return base.sha256 === genesisDigest()
        ? { kind: 'genesis', timestamp: base.timestamp }
        : { kind: 'unknown' };
    if (base.sha256 === current) return { kind: 'file', path: paths.chainState };
    const previous = previousCheckpoint(paths);
    return base.sha256 === digestOf(previous) ? { kind: 'file', path: previous } : { kind: 'unknown' };
  };
  const newest = found.at(-1);
  const damaged = [...unreadable];
  const isOurs = found.some(({ header: { base } }) => base.kind === 'checkpoint' && base.sha256 === current);
  // The newest journal leads to a checkpoint that no journal continues: not that is damaged, its journal is gone.
  if (current !== undefined && !isOurs && newest && baseOf(newest.header).kind !== 'unknown')
    if (isAfter(paths.chainState, newest))
      return {
        base: { kind: 'file', path: paths.chainState },
        journals: [],
        damaged,
        found,
        isHeadless: true,
      };
  if (current !== undefined && !isOurs) damaged.push(paths.chainState);
  for (let i = found.length - 1; i >= 0; i--) {
    const journal = found[i];
    const base = journal && baseOf(journal.header);
    if (base && base.kind !== 'unknown') return { base, journals: unbroken(found.slice(i)), damaged, found };
  }
  return { base: { kind: 'unknown' }, journals: [], damaged, found };
}

/** True of a whole checkpoint that has all that the journal has. Read as a whole: this comes hardly ever. */
function isAfter(checkpoint: string, journal: ReadJournal): boolean {
  try {
    const state = JSON.parse(readFileSync(checkpoint, 'utf8')) as { best_block_number?: unknown } | null;
    const head = blocksOf(journal).at(-1)?.number ?? journal.header.head.number;
    return Number(state?.best_block_number ?? -1) >= head;
  } catch {
    return false;
  }
}

/** As far as each continues the one before. */
function unbroken(journals: ReadJournal[]): ReadJournal[] {
  const first = journals[0]?.header.sequence ?? 0;
  const gap = journals.findIndex(({ header }, i) => header.sequence !== first + i);
  return gap < 0 ? journals : journals.slice(0, gap);
}

export const blocksOf = ({ records }: ReadJournal): BlockRecord[] => records.filter((r) => r.t === 'block');

/** How blocks were made at the end of a journal. */
export function miningOf(journal: ReadJournal | undefined): Mining | undefined {
  const last = journal?.records.findLast((r) => r.t === 'mining') ?? journal?.header.mining;
  return last && { automine: last.automine, intervalSeconds: last.intervalSeconds };
}
