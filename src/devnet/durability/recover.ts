import { rmSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import type { ChainLost } from '../chain-lost.ts';
import type { DevnetPaths } from '../paths.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { headOf } from './blocks.ts';
import { dumpState } from './dump.ts';
import type { ReadJournal } from './journal.ts';
import { assertNotNothing } from './not-nothing.ts';
import { blocksOf, genesisPath, miningOf, type Plan, planRecovery } from './plan.ts';
import { replay, standsAt } from './replay.ts';
import { setAside, writeCheckpoint } from './store.ts';
import type { BlockRecord, Mining, Place } from './types.ts';

/** An anvil of our own that nobody else talks to. */
export type Launch = (args: string[]) => Promise<{
  rpcUrl: string;
  stop(): Promise<void>;
  /** Throws where it was not told all that it asked for elsewhere: then a block that came out differently proves nothing. */
  assertTold?(): void;
}>;

/** What anvil is to begin with. */
export type Recovered = {
  /** Anvil's arguments for its state; none where there is nothing yet. */
  state: string[] | null;
  /** A journal to go on with; null where one has to be begun. */
  journal: ReadJournal | null;
  /** The number that a new journal gets. */
  nextSequence: number;
  mining: Mining | undefined;
  /** Blocks that were made once more. */
  replayed: number;
  /** What could not be brought back, or what had to be done so that nothing was lost; null when there is nothing to tell. */
  lost: Omit<ChainLost, 'at'> | null;
  /** True where what followed the head may be missing, and nobody can tell how much. */
  isHeadless?: boolean;
};

/** Which anvil made the chain, and which is here; `wrote` is null where nobody noted it. */
export type Anvils = { wrote: string | null; present: string };

export const stateArgs = (base: Plan['base']): string[] => {
  if (base.kind === 'file') return ['--load-state', base.path];
  const time = base.kind === 'genesis' ? base.timestamp : Math.floor(Date.now() / 1000);
  return ['--init', genesisPath(), '--timestamp', String(time)];
};

/**
 * Brings the chain of a devnet to where it was: the newest whole checkpoint with what its journal has beyond it, which
 * becomes a checkpoint of its own.
 *
 * @throws CHAIN_FILES_MISSING, STATE_OTHER_GENESIS, STATE_OTHER_ANVIL where it could only begin anew; nothing is touched
 */
export async function recover(paths: DevnetPaths, launch: Launch, anvils?: Anvils): Promise<Recovered> {
  const plan = planRecovery(paths);
  const { base, journals, found } = plan;
  const newest = found.at(-1);
  const nextSequence = (newest?.header.sequence ?? -1) + 1;
  const mining = miningOf(newest);
  if (journals.length === 0) return withoutJournal(paths, plan, nextSequence);

  const blocks = journals.flatMap(blocksOf);
  const isWhole = plan.damaged.length === 0 && journals.every(({ end }) => end !== 'damaged');
  const isCurrent = base.kind === 'genesis' || (base.kind === 'file' && base.path === paths.chainState);
  const [first, ...later] = journals;
  if (first && blocks.length === 0 && isWhole && isCurrent) {
    // Left by a crash between the making of a journal and of the checkpoint that it is for.
    for (const { path } of later) rmSync(path, { force: true });
    return { state: stateArgs(base), journal: first, nextSequence, mining, replayed: 0, lost: null };
  }

  const { state, head, played, isCut } = await play(launch, plan);
  const differs = blocks[played];
  // Blocks that another anvil made may come out differently for that alone, and are not lost.
  if (differs && anvils?.wrote && anvils.wrote !== anvils.present)
    throw new SaharaError('STATE_OTHER_ANVIL', {
      path: first?.path ?? paths.dir,
      wrote: anvils.wrote,
      present: anvils.present,
      reason: `block ${differs.number} does not come out as it was`,
    });
  const lost = lossOf(plan, blocks, played, isCut, head);
  if (lost) {
    // What could not be used, and where blocks are missing also what they stand in.
    const files =
      lost.transactions === 0 ? plan.damaged : [...plan.damaged, ...found.map(({ path }) => path)];
    lost.aside = setAside(paths, files);
  }
  writeCheckpoint(paths, state, {
    sequence: nextSequence,
    continues: lost === null,
    head,
    mining: mining ?? { automine: true, intervalSeconds: null },
  }).close();
  const after = planRecovery(paths);
  const journal = after.journals[0] ?? null;
  return {
    state: ['--load-state', paths.chainState],
    journal,
    nextSequence: nextSequence + 1,
    mining,
    replayed: played,
    lost,
  };
}

/** Makes the blocks once more, as far as they come out the same, and gives the state that they lead to. */
async function play(launch: Launch, { base, journals }: Plan) {
  const all = journals.flatMap(blocksOf).length;
  // A block that came out differently cannot be taken back: the good ones before it are made anew.
  for (let limit = all; ; ) {
    const anvil = await launch([...stateArgs(base), '--no-mining', '--order', 'fifo']);
    try {
      let played = 0;
      let isCut = false;
      for (const journal of journals) {
        const blocks = blocksOf(journal).slice(0, limit - played);
        if (played === limit && limit < all) break;
        const { continues, head } = journal.header;
        isCut = journal !== journals[0] && !(continues && (await standsAt(anvil.rpcUrl, head)));
        if (isCut) break;
        const { timestamp } = await jsonRpc<{ timestamp: string }>(anvil.rpcUrl, 'eth_getBlockByNumber', [
          'latest',
          false,
        ]);
        const done = await replay(anvil.rpcUrl, Number(timestamp), blocks);
        played += done;
        if (done < blocks.length) {
          anvil.assertTold?.();
          break;
        }
      }
      if (played === limit || limit < all || isCut)
        return { state: await dumpState(anvil.rpcUrl), head: await headOf(anvil.rpcUrl), played, isCut };
      limit = played;
    } finally {
      await anvil.stop();
    }
  }
}

function lossOf(
  { base, damaged, journals }: Plan,
  blocks: BlockRecord[],
  played: number,
  isCut: boolean,
  head: Place,
): Recovered['lost'] {
  const rest = blocks.slice(played);
  // Blocks that came with a change which only a checkpoint keeps are in no journal; the next one says where it began.
  const begins = isCut ? Math.max(...journals.map(({ header }) => header.head.number)) : head.number;
  const from = head.number + 1;
  const to = rest.at(-1)?.number ?? begins;
  const isGap = (rest[0]?.number ?? begins + 1) > from;
  const transactions = isGap ? null : rest.reduce((sum, block) => sum + block.transactions.length, 0);
  const directly =
    'was brought back without what was changed in its state directly, as what was saved last is damaged';
  if (to >= from)
    return {
      how: isCut ? directly : 'could not be brought back whole',
      blocks: { from, to },
      transactions,
      aside: null,
    };
  const cut = journals.find(({ end }) => end === 'damaged');
  if (cut) {
    const after = (blocks.at(-1)?.number ?? cut.header.head.number) + 1;
    return {
      how: 'has a damaged journal',
      blocks: { from: after, to: null },
      transactions: null,
      aside: null,
    };
  }
  if (isCut) return { how: directly, blocks: null, transactions: null, aside: null };
  if (damaged.length === 0) return null;
  const what = base.kind === 'genesis' ? 'the beginning' : 'the generation before';
  return {
    how: `was brought back from ${what}, as what was saved last is damaged`,
    blocks: null,
    transactions: 0,
    aside: null,
  };
}

/**
 * A state without journals, as earlier versions left it or as somebody put it there; or one of whose newest journal is
 * gone. Where there are only files that need others, those are named.
 */
function withoutJournal(paths: DevnetPaths, plan: Plan, nextSequence: number): Recovered {
  const { base, found, isHeadless = false } = plan;
  const none = { journal: null, nextSequence, mining: miningOf(found.at(-1)), replayed: 0, lost: null };
  if (isHeadless) {
    const how =
      'was opened as it was saved last: the journal that continued it is missing or damaged, and if it held anything that is lost';
    const lost = { how, blocks: null, transactions: null, aside: null };
    return { ...none, state: stateArgs(base), lost, isHeadless };
  }
  assertNotNothing(paths, plan);
  return { ...none, mining: undefined, state: base.kind === 'file' ? stateArgs(base) : null };
}
