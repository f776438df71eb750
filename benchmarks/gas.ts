import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, result, root } from './harness.ts';

/**
 * Gas of other protocols for the operation that comes nearest: measured with forge 1.7.1 in one harness, cold slots,
 * without the 21,000 of a transaction, or where it says "read" taken from their own gas reports.
 */
const ANCHORS: readonly { metric: string; ours: string; reference: number; referenceName: string }[] = [];

/** Nothing is timed here: `npm test` holds devnet/contracts/gas.json to what forge measures. */
export const gas: Benchmark = {
  name: 'gas',
  summary: 'gas of the protocol beside that of others for the same thing',
  async run(note) {
    const figures = JSON.parse(await readFile(join(root, 'devnet/contracts/gas.json'), 'utf8')) as Readonly<
      Record<string, number>
    >;
    const compared = new Set(ANCHORS.map((a) => a.ours));
    for (const [name, used] of Object.entries(figures)) if (!compared.has(name)) note(`${name}: ${used} gas`);
    return ANCHORS.map(({ metric, ours, reference, referenceName }) => {
      const used = figures[ours];
      if (used === undefined) throw new Error(`gas.json has no "${ours}"`);
      return result(metric, 'gas', used, reference, referenceName);
    });
  },
};
