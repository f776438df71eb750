import { markChainLost } from '../chain-lost.ts';
import type { DevnetPaths } from '../paths.ts';
import type { ServiceHealth } from '../supervisor-client.ts';
import type { ChainService } from './chain.ts';

/** What keeping a chain needs of its supervisor. */
export type Keeping = {
  maxRestarts: number;
  startAgain(): Promise<ChainService>;
  isStopping(): boolean;
  told(health: Pick<ServiceHealth, 'state' | 'detail'>): void;
  /** Whoever wants something of the chain waits for that; undefined when it is over. */
  recovering(work: Promise<void> | undefined): void;
  back(chain: ChainService): void;
  giveUp(): void;
  log(line: string): void;
};

export type KeptChain = {
  /**
   * Ends the chain, does something while there is none, and starts it again on what is there then, also when that
   * failed. Whoever wants something of the chain waits meanwhile.
   */
  replace(why: string, between: () => Promise<void>): Promise<void>;
};

/** Brings a chain that ended by itself back from its checkpoint and journal, so many times. */
export function keepChain(first: ChainService, keeping: Keeping): KeptChain {
  let restarts = 0;
  let chain = first;
  /** It is ended by us, and started again by whoever ends it. */
  let isReplaced = false;
  /** Being started again by itself. */
  let restarting: Promise<void> | undefined;
  const fail = (how: string) => {
    keeping.told({ state: 'failed', detail: how });
    keeping.log(`the chain ${how}, and is not started again; stopping`);
    keeping.giveUp();
  };
  const startAgain = async () => {
    try {
      const again = await keeping.startAgain();
      keeping.back(again);
      keeping.told({ state: 'running', detail: restarts > 0 ? `restarted ${restarts}x` : null });
      keeping.log('the chain is back');
      watch(again);
    } catch (error) {
      fail(`cannot be started again: ${(error as Error).message}`);
    } finally {
      keeping.recovering(undefined);
    }
  };
  const watch = (current: ChainService) => {
    chain = current;
    void current.ended.then((how) => {
      if (keeping.isStopping() || isReplaced) return;
      keeping.log(`the chain ${how}`);
      if (++restarts > keeping.maxRestarts) return fail(how);
      keeping.told({ state: 'restarting', detail: how });
      restarting = startAgain();
      keeping.recovering(restarting);
    });
  };
  watch(first);
  return {
    async replace(why, between) {
      await restarting;
      isReplaced = true;
      keeping.told({ state: 'restarting', detail: why });
      let problem: unknown;
      const work = (async () => {
        try {
          await chain.stop();
          await between();
        } catch (error) {
          problem = error;
        }
        isReplaced = false;
        await startAgain();
      })();
      keeping.recovering(work);
      await work;
      if (problem) throw problem;
    },
  };
}

/** What cannot be made durable at the moment is told, though the chain itself runs. */
export function withTrouble<H extends ServiceHealth>(health: H, chain: ChainService | undefined): H {
  if (health.state !== 'running') return health;
  const trouble = chain?.trouble();
  const detail = trouble ? `not durable: ${trouble}` : chain?.originTrouble();
  return detail ? { ...health, detail } : health;
}

/** Where there is nobody to ask any more: what cannot be saved as a whole is at least in the journal. False of that. */
export async function saveOrCommit(
  ending: ChainService,
  paths: DevnetPaths,
  log: (line: string) => void,
): Promise<boolean> {
  try {
    await ending.save();
    return true;
  } catch (error) {
    log((error as Error).message);
    await ending.commit().catch(() => {
      const how = `was ended when it could not be saved (${(error as Error).message})`;
      markChainLost(paths, { how, blocks: null, transactions: null, aside: null });
    });
    return false;
  }
}
