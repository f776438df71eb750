import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaffold } from '../src/assets/index.ts';
import { digestOf, parseBatch, runBatch } from '../src/batch/index.ts';
import { findProject } from '../src/config/index.ts';
import { type Context, openContext, openSigner } from '../src/context/index.ts';
import { liveDevnet } from '../src/devnet/index.ts';
import { pay } from '../src/revenue/index.ts';
import { type Benchmark, median, RUNS, result, root, sahara } from './harness.ts';

const PAYMENTS = 200;
const WEI = 10n ** 15n;

type Cost = { milliseconds: number; gas: number; transactions: number };

/** One transaction for each payment, as `sahara revenue pay` makes it, without the starts of 200 processes. */
async function singly(context: Context): Promise<Cost> {
  const signer = await openSigner('buyer');
  const startedAt = performance.now();
  let gas = 0n;
  const hashes: string[] = [];
  for (let i = 0; i < PAYMENTS; i++) {
    const { tx } = await pay({ ...context, signer }, 'penguins', WEI);
    if (tx) hashes.push(tx);
  }
  const milliseconds = performance.now() - startedAt;
  for (const hash of hashes) {
    const receipt = (await context.chain.rpc({ method: 'eth_getTransactionReceipt', params: [hash] })) as {
      gasUsed: string;
    };
    gas += BigInt(receipt.gasUsed);
  }
  return { milliseconds, gas: Number(gas), transactions: hashes.length };
}

async function batched(context: Context, run: number): Promise<Cost> {
  const line = JSON.stringify({ op: 'revenue.pay', asset: 'penguins', amount: '0.001', account: 'buyer-2' });
  const text = `${`${line}\n`.repeat(PAYMENTS)}${'\n'.repeat(run)}`;
  const startedAt = performance.now();
  const items = await parseBatch(text, { file: 'benchmark', account: undefined });
  const { summary } = await runBatch(context, items, { digest: digestOf(text, undefined) });
  const milliseconds = performance.now() - startedAt;
  if (summary.done !== PAYMENTS) throw new Error(`only ${summary.done} of ${PAYMENTS} payments were made`);
  return { milliseconds, gas: Number(summary.gasUsed), transactions: summary.transactions };
}

export const batch: Benchmark = {
  name: 'batch',
  summary: `${PAYMENTS} payments by a batch, as a multiple of ${PAYMENTS} single ones`,
  async run(note) {
    const project = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
    try {
      await sahara(project, 'devnet', 'start', '--content-node', 'embedded', '--project', project);
      scaffold({
        kind: 'dataset',
        name: 'penguins',
        dir: join(project, 'penguins'),
        templates: join(root, 'templates'),
      });
      await sahara(project, 'publish', 'penguins', '--project', project);
      const live = liveDevnet(findProject(project, project).stateDir);
      const context = await openContext({ project, ...(live ? { live } : {}) });
      const costs: { ours: Cost; single: Cost }[] = [];
      for (let i = 0; i < RUNS; i++)
        costs.push({ ours: await batched(context, i), single: await singly(context) });
      context.content.close();
      const of = (pick: (cost: Cost) => number) =>
        [median(costs.map((c) => pick(c.ours))), median(costs.map((c) => pick(c.single)))] as const;
      const reference = `${PAYMENTS} transactions one after the other`;
      note(`each figure is that of all ${PAYMENTS} payments`);
      return [
        result('wall time', 'ms', ...of((c) => c.milliseconds), reference),
        result('gas', 'gas', ...of((c) => c.gas), reference),
        result('transactions', 'transactions', ...of((c) => c.transactions), reference),
      ];
    } finally {
      await sahara(project, 'devnet', 'stop', '--project', project);
      await rm(project, { recursive: true, force: true });
    }
  },
};
