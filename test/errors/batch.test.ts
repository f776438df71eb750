import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { batchErrors } from '../../src/base/errors-table/batch.ts';
import { digestOf, parseBatch, runBatch } from '../../src/batch/index.ts';
import { deployments } from '../../src/chain/generated/deployments.ts';
import { takeLock } from '../../src/devnet/index.ts';
import { openScripted, smallDataset } from '../e2e/scripted.ts';
import { createWorld, type Live, rpc } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-batch');
const pay = (amount: string, id?: string) =>
  JSON.stringify({ op: 'revenue.pay', asset: 'letters', amount, ...(id ? { id } : {}) });
let live: Live;

beforeAll(async () => {
  live = await world.startDevnet();
  smallDataset(world, 'letters');
  await world.json(['publish', 'letters']);
  world.write('invalid.ndjson', `${pay('1')}\n{"op":"revenue.pya"}`);
  world.write('first.ndjson', pay('1', 'invoice'));
  await world.json(['batch', 'first.ndjson']);
});

/** The batch of a text, in this process. */
async function run(text: string): Promise<void> {
  const items = await parseBatch(text, { file: 'batch.ndjson', account: undefined });
  await runBatch(await openScripted(world), items, { digest: digestOf(text, undefined) });
}

provokeEach(world, batchErrors, {
  BATCH_INVALID: {
    run: ['batch', 'invalid.ndjson'],
    says: /line 2: "revenue\.pya" is no operation; did you mean "revenue\.pay"/,
  },
  BATCH_FILE_MISSING: { run: ['batch', 'missing.ndjson'], says: /missing\.ndjson cannot be read: ENOENT/ },
  BATCH_ID_REUSED: { call: () => run(pay('2', 'invoice')), says: /the id "invoice".*revenue\.pay/ },
  BATCH_BUSY: {
    call: async () => {
      const release = takeLock(join(world.project, '.sahara/batch/lock'));
      try {
        await run(pay('3'));
      } finally {
        release();
      }
    },
    says: new RegExp(`Process ${process.pid} `),
  },
  BATCH_UNSUPPORTED: {
    call: async () => {
      const code = await rpc(live.chain.rpcUrl, 'eth_getCode', [deployments.batchExecutor, 'latest']);
      await rpc(live.chain.rpcUrl, 'anvil_setCode', [deployments.batchExecutor, '0x']);
      try {
        await run(pay('4'));
      } finally {
        await rpc(live.chain.rpcUrl, 'anvil_setCode', [deployments.batchExecutor, code]);
      }
    },
    says: /it has no BatchExecutor at 0x/,
  },
  BATCH_JOURNAL_UNREADABLE: {
    call: async () => {
      const block = await rpc<{ hash: string }>(live.chain.rpcUrl, 'eth_getBlockByNumber', ['0x1', false]);
      const folder = join(world.project, '.sahara/batch');
      mkdirSync(folder, { recursive: true });
      const name = `${live.chain.chainId}-${block.hash.slice(2, 18)}-${digestOf(pay('5'), undefined)}.ndjson`;
      writeFileSync(join(folder, name), 'damaged\n');
      await run(pay('5'));
    },
    says: /a line of it is damaged/,
  },
} satisfies Record<keyof typeof batchErrors, Provocation>);
