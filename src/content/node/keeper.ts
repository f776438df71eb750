import { type CID, cidKey, inlined, RAW } from '../cid.ts';
import type { GetBlock } from '../unixfs.ts';
import type { Hold, Marks, PackStore } from './pack-store.ts';
import type { Pin, Pins } from './pins.ts';
import { walkReach } from './reach.ts';

/** Worded as Kubo words it when it is offline: clients know errors by their words. */
export class MissingBlock extends Error {
  constructor(cid: CID) {
    super(`block was not found locally (offline): ipld: could not find ${cid}`);
  }
}

/** What pins promise: that all below them is here, and stays. */
export type Keeper = {
  /**
   * Pins all of these or none. What they need is looked at first, and held meanwhile.
   *
   * @throws MissingBlock, DamagedBlock
   */
  pin(pins: readonly Pin[], signal: AbortSignal): Promise<void>;
  unpin(cids: readonly CID[], signal: AbortSignal): Promise<void>;
  /**
   * Throws MissingBlock or DamagedBlock unless all of this is here, as far as is known. Once a pin was found whole it
   * is not walked again until damage is found.
   */
  requireKept(pin: Pin, signal: AbortSignal): Promise<void>;
  /**
   * Removes what no pin reaches and no request works with, and gives those blocks. Where a node that a pin needs is
   * missing or damaged nobody knows what is below it, and nothing is removed.
   */
  collect(signal: AbortSignal): AsyncGenerator<CID, void, undefined>;
  /** Damage was found: no pin is taken to be whole any more. */
  doubt(): void;
};

export function openKeeper({ store, pins, get }: { store: PackStore; pins: Pins; get: GetBlock }): Keeper {
  const whole = new Set<string>();
  let doubts = 0;
  let isSettled = false;
  const keyOf = (cid: CID) => cidKey(cid.toV1());

  async function walk(root: CID, signal: AbortSignal, hold?: Hold): Promise<void> {
    const lacking = (cid: CID) => {
      throw new MissingBlock(cid);
    };
    const visit = (cid: CID) => hold?.block(cid) ?? true;
    await walkReach(root, { get, marks: store.marks(), lacking, visit, signal });
  }

  async function pin(wanted: readonly Pin[], signal: AbortSignal): Promise<void> {
    const hold = store.hold();
    try {
      const before = doubts;
      for (const { cid, type } of wanted) {
        if (type === 'recursive') await walk(cid, signal, hold);
        else if (inlined(cid) === undefined && !hold.block(cid)) throw new MissingBlock(cid);
      }
      // Blocks of an upload that was cut off are there, and were never made durable.
      await store.sync();
      pins.add(...wanted);
      hold.settle({ covered: true });
      if (before === doubts) for (const { cid } of wanted) whole.add(keyOf(cid));
    } finally {
      hold.leave();
    }
  }

  /** Marks what the pins reach. A leaf that is lacking has nothing below it, so it is passed over. */
  async function mark(marks: Marks, signal: AbortSignal): Promise<void> {
    for (const { cid: root, type } of pins.list()) {
      if (type === 'direct') {
        marks.reach(root);
        continue;
      }
      const unknown = (cid: CID) => {
        const what = cid === root ? '' : `, which the pin ${root} needs`;
        return new Error(`garbage collection aborted: could not retrieve links for ${cid}${what}`);
      };
      const lacking = (cid: CID) => {
        if (cid.code !== RAW) throw unknown(cid);
      };
      const getNode: GetBlock = (cid) => get(cid).catch(() => Promise.reject(unknown(cid)));
      await walkReach(root, { get: getNode, marks, lacking, signal });
    }
  }

  return {
    pin,
    async unpin(cids, signal) {
      if (!isSettled) {
        // After a restart what was written lately is held, unless pins keep all of it: then it goes with its pin.
        await store.forgetHeld((marks) => mark(marks, signal)).catch(() => {});
        isSettled = true;
      }
      pins.remove(...cids);
      for (const cid of cids) whole.delete(keyOf(cid));
    },
    async requireKept({ cid, type }, signal) {
      if (whole.has(keyOf(cid))) return;
      const before = doubts;
      if (type === 'recursive') await walk(cid, signal);
      else if (inlined(cid) === undefined && !store.has(cid)) throw new MissingBlock(cid);
      if (before === doubts) whole.add(keyOf(cid));
    },
    async *collect(signal) {
      const damaged = pins.damaged();
      if (damaged !== undefined) {
        throw new Error(
          `garbage collection aborted: pins may be missing from the list, as it was damaged. Pin again what you need, then remove ${damaged}`,
        );
      }
      yield* store.collect((marks) => mark(marks, signal));
    },
    doubt() {
      doubts++;
      whole.clear();
    },
  };
}
