import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, result, root } from './harness.ts';

/**
 * Gas of other protocols for the operation that comes nearest: measured with forge 1.7.1 in one harness, cold slots,
 * without the 21,000 of a transaction, or where it says "read" taken from their own gas reports.
 */
const ANCHORS: readonly { metric: string; ours: string; reference: number; referenceName: string }[] = [
  {
    metric: 'pay into the graph, 64 parents',
    ours: 'pay: steady, 64 parents',
    reference: 79_200,
    referenceName: 'Story v1.3.2',
  },
  {
    metric: 'move revenue one hop up, one parent',
    ours: 'settle: 1 parent, steady',
    reference: 57_900,
    referenceName: 'Story v1.3.2 transferToVault',
  },
  { metric: 'claim', ours: 'claim: owner, repeated', reference: 84_000, referenceName: 'Story v1.3.2' },
  {
    metric: 'register an asset',
    ours: 'register: bare',
    reference: 174_000,
    referenceName: 'Story v1.3.2, the least (read)',
  },
  {
    metric: 'register with two parents under terms',
    ours: 'register: 2 parents under free terms',
    reference: 383_000,
    referenceName: 'Story v1.3.2 derivative, median (read)',
  },
  {
    metric: 'divide among 10',
    ours: 'settle: 10 parents, steady',
    reference: 130_000,
    referenceName: 'Splits v2 pull, 10 recipients',
  },
  {
    metric: 'divide among any number of contributors',
    ours: 'settle: no parents, steady',
    reference: 949_000,
    referenceName: 'Splits v2 pull, 100 recipients',
  },
];

/** Nothing is timed here: `npm test` holds devnet/contracts/gas.json to what forge measures. */
export const gas: Benchmark = {
  name: 'gas',
  summary: 'gas of the protocol beside that of others for the same thing',
  isCounted: true,
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
