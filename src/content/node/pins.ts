import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { CID } from '../cid.ts';

export type PinType = 'recursive' | 'direct';
export type Pin = { cid: CID; type: PinType; name: string };

export type Pins = {
  get(cid: CID): Pin | undefined;
  list(): Pin[];
  /** On disk when this returns. */
  add(pin: Pin): void;
  /** False when it was not pinned. */
  remove(cid: CID): boolean;
};

/** What the node keeps, in one small file that is replaced as a whole. */
export function openPins(path: string): Pins {
  const pins = new Map<string, Pin>();
  const key = (cid: CID) => cid.toV1().toString();
  if (existsSync(path)) {
    const file = JSON.parse(readFileSync(path, 'utf8')) as {
      pins: { cid: string; type: PinType; name: string }[];
    };
    for (const { cid, type, name } of file.pins) {
      const parsed = CID.parse(cid);
      pins.set(key(parsed), { cid: parsed, type, name });
    }
  }
  const save = (next: Map<string, Pin>) => {
    const list = [...next.values()].map(({ cid, type, name }) => ({ cid: cid.toString(), type, name }));
    writeFileAtomic(path, `${JSON.stringify({ version: 1, pins: list })}\n`);
  };
  return {
    get: (cid) => pins.get(key(cid)),
    list: () => [...pins.values()],
    add(pin) {
      const old = pins.get(key(pin.cid));
      if (old !== undefined && old.type === pin.type && old.name === pin.name) return;
      save(new Map(pins).set(key(pin.cid), pin));
      pins.set(key(pin.cid), pin);
    },
    remove(cid) {
      if (!pins.has(key(cid))) return false;
      const next = new Map(pins);
      next.delete(key(cid));
      save(next);
      pins.delete(key(cid));
      return true;
    },
  };
}
