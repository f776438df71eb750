import { type CID, matches } from '../cid.ts';
import type { Segment } from './pack-files.ts';
import { recordData, windowReader } from './pack-record.ts';
import { type PackTable, recordBytes } from './pack-table.ts';

/**
 * Reads every block and checks it against its address, pack by pack in the order in which they were written. Gives
 * each block's address, and whether it is sound.
 */
export async function* verifyPacks(
  table: PackTable,
  segments: ReadonlyMap<number, Segment>,
  onDamage: (slot: number) => void,
): AsyncGenerator<{ cid: CID; sound: boolean }, void, undefined> {
  const slotsOf = new Map<number, number[]>();
  for (const slot of table.slots()) {
    const { segment } = table.place(slot);
    const list = slotsOf.get(segment);
    if (list === undefined) slotsOf.set(segment, [slot]);
    else list.push(slot);
  }
  for (const [number, slots] of slotsOf) {
    const segment = segments.get(number);
    if (segment === undefined) continue;
    slots.sort((a, b) => table.place(a).offset - table.place(b).offset);
    segment.readers++;
    try {
      const window = windowReader(segment.file, segment.size);
      for (const slot of slots) {
        const place = table.place(slot);
        // Collected or mended since the list was made.
        if (place.segment !== number) continue;
        const record = await window(place.offset, recordBytes(place));
        const cid = table.cid(slot);
        const data = recordData(record, place.cidLength);
        const sound = data !== undefined && matches(cid, data);
        if (!sound) onDamage(slot);
        yield { cid, sound };
      }
    } finally {
      segment.readers--;
      if (segment.givenUp && segment.readers === 0) await segment.file.close();
    }
  }
}
