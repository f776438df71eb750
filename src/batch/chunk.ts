import { SaharaError } from '../base/errors.ts';
import { silentProgress } from '../base/progress.ts';
import type { Chain, DryRun, Signer } from '../chain/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { gasOf } from './executor.ts';
import { type Memo, OPERATIONS } from './operations.ts';
import { toPlain } from './to-plain.ts';
import type { BatchItem, PlannedCall, PlannedItem } from './types.ts';

type Pretending = Chain & { dryRun: DryRun };

/** Items of one account that are to share a transaction. */
export type Chunk = {
  signer: Signer;
  items: PlannedItem[];
  /** Gas that a transaction with them would get. */
  gas(): bigint;
  /** Items that depend on nothing else. They are sketched. */
  addIndependent(items: readonly BatchItem[]): Promise<Added[]>;
  /** An item that sees all that was added before as done. */
  addDependent(item: BatchItem): Promise<Added>;
  /** An item that was sketched, worked out: its gas, or why it cannot be done. */
  plan(item: BatchItem): Promise<Added>;
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

  const plan = (item: BatchItem, trial: Pretending): Promise<Added> =>
    orError(item, async () => {
      const foretold = toPlain(await OPERATIONS[item.op].plan(on(trial), item.params));
      const calls = trial.dryRun.transactions.map(({ to, value, data, gas }) => ({ to, value, data, gas }));
      return { item, calls, foretold };
    });

  /** What was sketched, as done. One that cannot be done says so when it is tried out. */
  async function pretend(call: PlannedCall): Promise<void> {
    try {
      await chain.dryRun.pretend({ from: signer.account.address, ...call });
    } catch (error) {
      if (error instanceof SaharaError && error.kind === 'unavailable') throw error;
    }
  }

  const memos = new Map<string, Promise<unknown>>();
  const memo: Memo = (key, ask) => {
    const known = memos.get(key) ?? ask();
    memos.set(key, known);
    return known as ReturnType<typeof ask>;
  };

  async function sketch(item: BatchItem): Promise<Added> {
    const { sketch: draw } = OPERATIONS[item.op];
    if (!draw) throw new Error(`${item.op} cannot be sketched`);
    return orError(item, async () => {
      const { calls, foretold } = await draw(on(chain), item.params, memo);
      return { item, calls, foretold: toPlain(foretold), guessed: true };
    });
  }

  return {
    signer,
    items,
    gas: () => gasOf(items.map(({ calls }) => ({ calls, gas: calls.reduce((sum, c) => sum + c.gas, 0n) }))),
    async addIndependent(added) {
      const results = await Promise.all(added.map(sketch));
      for (const result of results)
        if ('planned' in result && result.planned.calls.length > 0) {
          items.push(result.planned);
          unseen.push(...result.planned.calls);
        }
      return results;
    },
    plan: (item) => plan(item, chain.dryRun.fork()),
    async addDependent(item) {
      for (const call of unseen) await pretend(call);
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

async function orError(item: BatchItem, make: () => Promise<PlannedItem>): Promise<Added> {
  try {
    return { item, planned: await make() };
  } catch (error) {
    // A service that is gone is no fault of the item.
    if (!(error instanceof SaharaError) || error.kind === 'unavailable') throw error;
    return { item, error: error as SaharaError };
  }
}
