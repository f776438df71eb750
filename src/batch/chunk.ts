import { SaharaError } from '../base/errors.ts';
import { silentProgress } from '../base/progress.ts';
import type { Chain, DryRun, Signer } from '../chain/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { gasOf } from './executor.ts';
import { OPERATIONS } from './operations.ts';
import { toPlain } from './to-plain.ts';
import type { BatchItem, PlannedItem } from './types.ts';

type Pretending = Chain & { dryRun: DryRun };

/** Items of one account that are to share a transaction. */
export type Chunk = {
  signer: Signer;
  items: PlannedItem[];
  /** Gas that a transaction with them would get. */
  gas(): bigint;
  /** Items that depend on nothing else, planned side by side. */
  addIndependent(items: readonly BatchItem[]): Promise<Added[]>;
  /** An item that sees all that was added before as done. */
  addDependent(item: BatchItem): Promise<Added>;
};

/** What adding an item came to: nothing is left to do where it has no calls. */
export type Added = { item: BatchItem } & ({ planned: PlannedItem } | { error: SaharaError });

/**
 * Begins a chunk. Items are planned by running the very functions that single commands run, on a chain that only
 * notes what they would send.
 */
export function openChunk(context: Context, base: Pretending, signer: Signer): Chunk {
  const items: PlannedItem[] = [];
  let chain = base;
  let unseen: PlannedItem['calls'] = [];

  const on = (pretending: Pretending): SigningContext => ({
    ...context,
    chain: pretending,
    dryRun: true,
    progress: silentProgress,
    signer,
  });

  async function plan(item: BatchItem, trial: Pretending): Promise<Added> {
    try {
      const foretold = toPlain(await OPERATIONS[item.op].plan(on(trial), item.params));
      const calls = trial.dryRun.transactions.map(({ to, value, data, gas }) => ({ to, value, data, gas }));
      return { item, planned: { item, calls, foretold } };
    } catch (error) {
      // A service that is gone is no fault of the item.
      if (!(error instanceof SaharaError) || error.kind === 'unavailable') throw error;
      return { item, error: error as SaharaError };
    }
  }

  return {
    signer,
    items,
    gas: () => gasOf(items.map(({ calls }) => ({ calls, gas: calls.reduce((sum, c) => sum + c.gas, 0n) }))),
    async addIndependent(added) {
      const results = await Promise.all(added.map((item) => plan(item, chain.dryRun.fork())));
      for (const result of results)
        if ('planned' in result && result.planned.calls.length > 0) {
          items.push(result.planned);
          unseen.push(...result.planned.calls);
        }
      return results;
    },
    async addDependent(item) {
      for (const call of unseen) await chain.dryRun.pretend({ from: signer.account.address, ...call });
      unseen = [];
      const trial = chain.dryRun.fork();
      const result = await plan(item, trial);
      if ('planned' in result && result.planned.calls.length > 0) {
        items.push(result.planned);
        chain = trial;
      }
      return result;
    },
  };
}
