import type { PackTable } from './pack-table.ts';

/**
 * Blocks that a request works with and that garbage collection leaves alone: what an upload wrote, or would have
 * written were it not there; what a pin is being made of.
 */
export type Lease = {
  hold(slot: number): void;
  /** The work is over. A pin may still be coming, so what was held stays for the grace period. */
  leave(): void;
  /**
   * A pin keeps what was held. With `covered`, earlier work that left only what this lease holds, too, needs no
   * grace any longer: the upload of which this was the pin.
   */
  settle(options?: { covered: boolean }): void;
};

export type Leases = {
  open(): Lease;
  /** Between these two nothing is let go: a pin that is made meanwhile is not among those that were looked at. */
  freeze(): void;
  thaw(): void;
  /** Holds, for the grace period, what was written lately by a process that is gone: its clients may come back. */
  inherit(slots: Iterable<number>): void;
  /** Lets go what was inherited when all of it is kept otherwise: then no upload was waiting for its pin. */
  disinherit(isKept: (slot: number) => boolean): void;
};

/** @param graceMs how long blocks stay after the work that held them, milliseconds */
export function openLeases(table: PackTable, graceMs: number): Leases {
  const left = new Map<Set<number>, number>();
  const inherited = new Set<number>();
  const waiting: Set<number>[] = [];
  let frozen = false;

  function drop(slots: Set<number>): void {
    left.delete(slots);
    if (frozen) waiting.push(slots);
    else for (const slot of slots) table.release(slot);
  }

  function expire(): void {
    const now = Date.now();
    // What was left first is due first.
    for (const [slots, until] of left) {
      if (until > now) break;
      drop(slots);
    }
  }

  return {
    open() {
      const slots = new Set<number>();
      let over = false;
      return {
        hold(slot) {
          if (slots.has(slot)) return;
          slots.add(slot);
          table.hold(slot);
        },
        leave() {
          if (over) return;
          over = true;
          if (slots.size > 0) left.set(slots, Date.now() + graceMs);
          // Whoever uploads for months without collecting must not gather leases for ever.
          expire();
        },
        settle({ covered } = { covered: false }) {
          if (over) return;
          over = true;
          if (covered) {
            for (const other of left.keys()) if (isWithin(other, slots)) drop(other);
          }
          drop(slots);
        },
      };
    },
    freeze() {
      expire();
      frozen = true;
    },
    thaw() {
      frozen = false;
      for (const slots of waiting.splice(0)) for (const slot of slots) table.release(slot);
    },
    inherit(slots) {
      for (const slot of slots) {
        inherited.add(slot);
        table.hold(slot);
      }
      left.set(inherited, Date.now() + graceMs);
    },
    disinherit(isKept) {
      if (!left.has(inherited)) return;
      for (const slot of inherited) if (!isKept(slot)) return;
      drop(inherited);
    },
  };
}

function isWithin(some: ReadonlySet<number>, all: ReadonlySet<number>): boolean {
  if (some.size > all.size) return false;
  for (const slot of some) if (!all.has(slot)) return false;
  return true;
}
