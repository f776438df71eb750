import { performance } from 'node:perf_hooks';
import type { DevnetPaths } from '../paths.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { headOf, readBlocks } from './blocks.ts';
import { dumpState, holdBlocks } from './dump.ts';
import type { Journal } from './journal.ts';
import { writeCheckpoint } from './store.ts';
import type { Mining, Place } from './types.ts';
import { watchOutput } from './watch-output.ts';

/** How long blocks that nobody has committed may wait for others to share a write with. Milliseconds. */
const SHARE_MS = 200;
/** After a cheat that nobody has committed, and between tries while the disk is full. Milliseconds. */
const LATER_MS = 1000;
/** Without a block for so long, there is time to shorten the journal. Milliseconds. */
const IDLE_MS = 5000;
/** What making the journal's blocks again may take before there is a checkpoint: at least, at most. Milliseconds. */
const [REPLAY_MS, MAX_REPLAY_MS] = [5000, 15_000];
const MAX_JOURNAL_BYTES = 32 * 1024 ** 2;
/** A journal of fewer blocks is short enough. */
const FEW_BLOCKS = 32;

export type Durability = {
  /**
   * Returns when all that is on the chain now is on disk. Calls that come together share one write.
   *
   * @throws what the disk says; the chain goes on, and what is missing is written with the next one that succeeds
   */
  commit(): Promise<void>;
  /** A checkpoint, after which no block is made any more. @throws what is wrong; then blocks go on being made */
  finish(): Promise<void>;
  /**
   * Gives the checkpoint of this moment, which is made only where there is none. No other one takes its place before
   * `use` is done.
   *
   * @param ends from then on no block is made any more, as after `finish`
   * @throws what is wrong; then blocks go on being made
   */
  withCheckpoint<T>(use: (at: Checkpoint) => Promise<T>, ends?: boolean): Promise<T>;
  /** Anvil's output. */
  watch(chunk: Buffer): void;
  /** Why nothing can be written at the moment; null when it can. */
  trouble(): string | null;
  /** Nothing is written any more. */
  close(): void;
};

/** A saved chain. */
export type Checkpoint = { /** Its file. */ path: string; sha256: string; head: Place; mining: Mining };

export type DurabilityOptions = {
  paths: DevnetPaths;
  rpcUrl: string;
  journal: Journal;
  /** The newest block that the journal has, or its base. */
  head: Place;
  mining: Mining;
  log(line: string): void;
  /** Called at each block and each cheat, and when what is done begins or ceases to be durable. */
  changed?: (() => void) | undefined;
};

export async function readMining(rpcUrl: string): Promise<Mining> {
  const intervalSeconds = await jsonRpc<number | null>(rpcUrl, 'anvil_getIntervalMining', []);
  const automine = await jsonRpc<boolean>(rpcUrl, 'anvil_getAutomine', []);
  return { automine, intervalSeconds: intervalSeconds || null };
}

/** Keeps the journal of a running chain, and its checkpoints. */
export function createDurability(options: DurabilityOptions): Durability {
  const { paths, rpcUrl, log, changed = () => {} } = options;
  let { journal, head: last, mining } = options;
  /** Something that is in no block was done, or blocks were taken back: only a checkpoint can keep it. */
  let isDirty = false;
  /** The journal is to be shortened. */
  let isLong = false;
  let isMiningOld = false;
  /** Blocks are held for good: the way of mining is ours and not what is to be restored. */
  let isHeld = false;
  let isClosed = false;
  let trouble: string | null = null;
  /** One after the other: the last piece of work, whatever came of it. */
  let tail: Promise<void> = Promise.resolve();
  /** A round that has not begun yet: it will see all that is there by now. */
  let waiting: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let blocks = 0;
  let rootMs = 1;
  let dumpMs = 100;
  let savedAt = 0;
  /** Between two checkpoints that no command waits for. */
  const rest = () => Math.max(LATER_MS, 10 * dumpMs);

  const checkpoint = async (goesOn: boolean) => {
    const from = performance.now();
    const release = await holdBlocks(rpcUrl);
    const wasDirty = isDirty;
    isDirty = false;
    try {
      const state = await dumpState(rpcUrl);
      const head = await headOf(rpcUrl);
      const continues = !wasDirty && head.hash === last.hash;
      const sequence = journal.header.sequence + 1;
      const next = writeCheckpoint(paths, state, { sequence, head, mining, continues });
      journal.close();
      [journal, last, blocks, isLong] = [next, head, 0, false];
      dumpMs = performance.now() - from;
      savedAt = Date.now();
      if (goesOn) await release();
      else isHeld = true;
    } catch (error) {
      isDirty ||= wasDirty;
      await release().catch(() => {});
      throw error;
    }
  };

  const append = async () => {
    const head = await headOf(rpcUrl);
    // What anvil printed before it answered is read by the end of this turn, and not always before the answer.
    await new Promise((read) => setImmediate(read));
    const before = isMiningOld && !isHeld ? mining : undefined;
    isMiningOld = false;
    const now = before ? await readMining(rpcUrl) : mining;
    const changed = now.automine !== mining.automine || now.intervalSeconds !== mining.intervalSeconds;
    const isBehind = head.number < last.number || (head.number === last.number && head.hash !== last.hash);
    const made = isDirty || isBehind ? undefined : await readBlocks(rpcUrl, last, head.number);
    mining = now;
    if (!made) {
      isDirty = true;
      return;
    }
    const records = [...(changed ? [{ t: 'mining' as const, ...now }] : []), ...made];
    if (records.length > 0)
      try {
        journal.append(records);
      } catch (error) {
        isMiningOld = true;
        if (before) mining = before;
        throw error;
      }
    last = made.at(-1) ?? last;
    const measuresAgain = Math.floor((blocks + made.length) / 64) > Math.floor(blocks / 64);
    blocks += made.length;
    if (measuresAgain) await measureRoot();
  };
  /** Replay is as slow as mining, most of which is the working out of the state root. */
  const measureRoot = async () => {
    const from = performance.now();
    await jsonRpc(rpcUrl, 'eth_getProof', [`0x${'0'.repeat(40)}`, [], 'latest'], 60_000);
    rootMs = 1 + performance.now() - from;
  };

  const round = async () => {
    // A last checkpoint has been made: whatever was done by then is in it.
    if (isHeld) return;
    try {
      await append();
      if (isDirty || isLong) await checkpoint(true);
      if (trouble) log('what is done on the chain is durable again');
      if (trouble) changed();
      trouble = null;
      const replayMs = blocks * rootMs;
      if (
        replayMs > Math.min(MAX_REPLAY_MS, Math.max(REPLAY_MS, 2 * dumpMs)) ||
        journal.bytes() > MAX_JOURNAL_BYTES
      )
        schedule(0, true);
      else if (blocks >= FEW_BLOCKS && replayMs > dumpMs) schedule(IDLE_MS, true);
    } catch (error) {
      if (!isClosed) {
        if (!trouble) log(`what is done on the chain is not durable: ${(error as Error).message}`);
        trouble = (error as Error).message;
        changed();
        schedule(LATER_MS);
      }
      throw error;
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail.then(work);
    tail = turn.then(
      () => {},
      () => {},
    );
    return turn;
  };
  const isCurrent = () => !isDirty && blocks === 0 && journal.header.base.kind === 'checkpoint';
  const reach = async (ends: boolean): Promise<Checkpoint> => {
    if (isClosed) throw new Error('the chain has ended');
    // A last checkpoint has been made, and there is nothing after it.
    if (!isHeld) {
      await append();
      if (!ends && !isCurrent()) await checkpoint(true);
      if (ends) await checkpointAndHold();
    }
    const { base, head } = journal.header;
    if (base.kind !== 'checkpoint') throw new Error('there is no checkpoint');
    return { path: paths.chainState, sha256: base.sha256, head, mining };
  };
  const checkpointAndHold = async () => {
    const release = await holdBlocks(rpcUrl);
    try {
      // A block may have been made since the last look, and a cheat.
      const isSame = (await headOf(rpcUrl)).hash === last.hash;
      await new Promise((read) => setImmediate(read));
      if (isSame && isCurrent()) isHeld = true;
      else await checkpoint(false);
    } catch (error) {
      await release().catch(() => {});
      throw error;
    }
  };
  const commit = (): Promise<void> => {
    if (isHeld) return Promise.resolve();
    if (isClosed) return Promise.reject(new Error('the chain has ended'));
    waiting ??= inTurn(() => {
      waiting = undefined;
      return round();
    });
    return waiting;
  };
  let compacts = false;
  const schedule = (ms: number, isToCompact = false) => {
    // What comes later puts off the shortening of the journal, and nothing else.
    const isSooner = Date.now() + ms < dueAt;
    if (isClosed || (!isSooner && !(compacts && !isToCompact))) return;
    if (timer && isToCompact && !compacts) return;
    clearTimeout(timer);
    compacts = isToCompact;
    dueAt = Date.now() + ms;
    timer = setTimeout(() => {
      timer = undefined;
      dueAt = Number.POSITIVE_INFINITY;
      compacts = false;
      // A tool that cheats all the time must not make the chain do nothing but be saved.
      const tooSoon = isDirty && !trouble ? savedAt + rest() - Date.now() : 0;
      if (tooSoon > 0) return schedule(tooSoon);
      if (isToCompact) isLong = true;
      void commit().catch(() => {});
    }, ms).unref();
  };

  const watch = watchOutput({
    block: () => {
      schedule(SHARE_MS);
      changed();
    },
    cheat: () => {
      isDirty = true;
      changed();
      schedule(LATER_MS);
    },
    mining: () => {
      isMiningOld = true;
      schedule(LATER_MS);
    },
  });
  return {
    commit,
    async finish() {
      await inTurn(async () => {
        // The generation before then leads to the same block.
        await append().catch(() => {});
        await checkpoint(false);
      });
    },
    withCheckpoint: (use, ends = false) => inTurn(async () => use(await reach(ends))),
    watch,
    trouble: () => trouble,
    close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      void tail.then(() => journal.close());
    },
  };
}
