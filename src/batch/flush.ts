import { keccak256, type TransactionReceipt } from 'viem';
import { getTransactionCount } from 'viem/actions';
import type { Json } from '../base/canonical-json.ts';
import { isError, SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain, Signer } from '../chain/index.ts';
import { type Context, openSigner } from '../context/index.ts';
import type { Chunk } from './chunk.ts';
import {
  delegateOf,
  FEE_ROOM,
  failureOf,
  gasOf,
  isExecutor,
  outcomesOf,
  sign,
  type Tried,
  tryOut,
} from './executor.ts';
import type { ChunkRecord, Journal } from './journal.ts';
import { OPERATIONS } from './operations.ts';
import { type Delivery, deliver, signAgain } from './send.ts';
import { toPlain } from './to-plain.ts';
import type { BatchItem, PlannedItem } from './types.ts';

/** Another process that sends as the same account takes a nonce; then the next one is tried. */
const NONCE_TRIES = 8;

type Spent = { transactions: number; gasUsed: bigint };

export type Flush = {
  context: Context;
  journal: Journal;
  chunk: Pick<Chunk, 'signer' | 'plan'>;
  planned: readonly PlannedItem[];
  stopOnError: boolean;
  spent: Spent;
  done: (item: BatchItem, status: 'done', tx: Hex | null, result: Json) => void;
  fail: (item: BatchItem, error: SaharaError, tx?: Hex | null) => void;
};

type Ready = PlannedItem & { gas: bigint };

/** Sends items in one transaction, without those that would fail; in a dry run only tells what would come of it. */
export async function flushChunk(flush: Flush): Promise<void> {
  const { context, chunk, spent, done } = flush;
  const { chain } = context;
  const { ready, gasUsed } = await sortOut(flush);
  if (ready.length === 0) return;
  if (!chain.dryRun) return send(flush, ready);
  const from = chunk.signer.account.address;
  for (const { calls, item, foretold } of ready) {
    const logs: TransactionReceipt['logs'] = [];
    for (const call of calls) logs.push(...(await chain.dryRun.pretend({ from, ...call })).logs);
    done(item, 'done', null, await resultOf(context, item, foretold, logs, null));
  }
  spent.transactions += 1;
  spent.gasUsed += gasUsed;
}

/** Tries the items out, and reports those that would fail, which are not sent. */
async function sortOut({
  context,
  chunk,
  planned,
  stopOnError,
  fail,
}: Flush): Promise<{ ready: Ready[]; gasUsed: bigint }> {
  const { chain } = context;
  const { signer } = chunk;
  let list: PlannedItem[] = [...planned];
  for (;;) {
    const limited = list.map((p) => ({ ...p, gas: p.calls.reduce((sum, { gas }) => sum + gas, 0n) }));
    const tried = await tryOut(chain, signer.account.address, limited, stopOnError);
    const guessed = list.filter((p, i) => p.guessed && tried[i]?.begun && !tried[i]?.done);
    if (guessed.length > 0) {
      // Worked out they may need more gas than was guessed; else this says why they fail.
      const plans = new Map(
        await Promise.all(guessed.map(async (p) => [p, await chunk.plan(p.item)] as const)),
      );
      const failing = [...plans.values()].filter((added) => 'error' in added);
      for (const { item, error } of failing) fail(item, error);
      const end = stopOnError ? failing[0]?.item.line : undefined;
      list = list
        .filter((p) => end === undefined || p.item.line < end)
        .flatMap((p) => {
          const added = plans.get(p);
          if (!added) return [p];
          return 'error' in added ? [] : [added.planned];
        });
      if (list.length === 0) return { ready: [], gasUsed: 0n };
      continue;
    }
    const ready: Ready[] = [];
    for (const [i, one] of limited.entries()) {
      const { begun, done: works, gasUsed, reason } = tried[i] as Tried;
      // Some room, as another transaction may go in between and change what this one touches.
      if (works) ready.push({ ...one, gas: (gasUsed * 5n) / 4n + 10_000n });
      else if (begun) fail(one.item, await failureOf(chain, signer, one, reason, weiOf(ready)));
    }
    return { ready, gasUsed: tried.reduce((sum, { gasUsed }) => sum + gasUsed, 0n) };
  }
}

async function resultOf(
  context: Context,
  item: BatchItem,
  foretold: Json,
  logs: TransactionReceipt['logs'],
  tx: Hex | null,
): Promise<Json> {
  const { settled } = OPERATIONS[item.op];
  return toPlain(await settled(context, foretold as { [key: string]: Json }, { receipt: { logs }, tx }));
}

/** Wei that items send along. */
function weiOf(items: readonly PlannedItem[]): bigint {
  return items.flatMap((p) => p.calls).reduce((sum, { value }) => sum + value, 0n);
}

async function send(flush: Flush, ready: readonly Ready[]): Promise<void> {
  const { context, journal, chunk, spent, done, fail, stopOnError } = flush;
  const { chain } = context;
  const { signer } = chunk;
  const account = signer.account.address;
  const before = await delegateOf(chain, account);
  await agree(chain, ready);
  for (let tries = 1; ; tries++) {
    const nonce = await getTransactionCount(chain.client, { address: account, blockTag: 'pending' });
    const raw = await sign(chain, signer, nonce, ready, { stopAtFailure: stopOnError });
    const record: ChunkRecord = {
      chunk: (journal.records.at(-1)?.chunk ?? 0) + 1,
      account,
      former: isExecutor(before) ? null : before,
      nonce,
      hash: keccak256(raw),
      raw,
      items: ready.map(({ item: { line, id, op, what }, foretold }) => ({ line, id, op, what, foretold })),
    };
    let sent: { delivery: Delivery; hash: Hex };
    try {
      sent = await deliverNoted(chain, signer, journal, record);
    } catch (error) {
      if (!isError(error, 'FUNDS_MISSING')) throw error;
      for (const { item } of ready) fail(item, error as SaharaError);
      return;
    }
    const { delivery, hash } = sent;
    if (typeof delivery === 'string') {
      if (tries < NONCE_TRIES) continue;
      throw new SaharaError('NONCE_CONTENTION', { account: signer.name ?? account });
    }
    spent.transactions += 1;
    spent.gasUsed += delivery.gasUsed;
    const outcomes = outcomesOf(delivery, account, ready.length);
    for (const [i, one] of ready.entries()) {
      const outcome = outcomes[i];
      if (outcome?.done) {
        const result = await resultOf(context, one.item, one.foretold, outcome.logs, hash);
        done(one.item, 'done', hash, result);
      } else if (outcome?.begun) fail(one.item, await failureOf(chain, signer, one, outcome.reason), hash);
      else if (delivery.status === 'reverted')
        fail(
          one.item,
          new SaharaError('GAS_EXCEEDED', { contract: 'BatchExecutor', call: 'tryAll' }) as SaharaError,
          hash,
        );
    }
    return;
  }
}

/** Asks, where that costs money. @throws COST_UNCONFIRMED; then nothing was sent */
async function agree(chain: Chain, ready: readonly Ready[]): Promise<void> {
  if (chain.dryRun || !chain.sending?.approve) return;
  const { gasPrices } = await import('../chain/network/fees.ts');
  const { gasPrice, maxGasPrice } = await gasPrices(chain);
  await chain.sending.approve({
    what: `A batch of ${ready.length}`,
    chainId: chain.chainId,
    // With what makes the account a plain one again.
    gas: gasOf(ready) + gasOf([]),
    value: weiOf(ready),
    gasPrice,
    maxGasPrice: maxGasPrice * FEE_ROOM,
  });
}

/** Writes the transaction down, and sends it; signed again with a higher fee for as long as it must be. */
async function deliverNoted(
  chain: Chain,
  signer: Signer,
  journal: Journal,
  first: ChunkRecord,
): Promise<{ delivery: Delivery; hash: Hex }> {
  let record = first;
  for (;;) {
    journal.append(record);
    const delivery = await deliver(chain, record);
    if (delivery !== 'underpriced') return { delivery, hash: record.hash };
    const raw = await signAgain(chain, signer, record.raw);
    record = { ...record, raw, hash: keccak256(raw) };
  }
}

/** Makes an account what it was before the batch: a plain one, or what it delegated to. */
export async function restoreDelegation(
  context: Context,
  journal: Journal,
  account: Address,
  spent: Spent,
): Promise<void> {
  const { chain } = context;
  if (chain.dryRun) {
    spent.transactions += 1;
    return;
  }
  const delegate = journal.records.find((r) => r.account === account && r.former)?.former ?? null;
  const signer = await openSigner(account);
  for (let tries = 1; tries <= NONCE_TRIES; tries++) {
    if (!isExecutor(await delegateOf(chain, account))) return;
    const nonce = await getTransactionCount(chain.client, { address: account, blockTag: 'pending' });
    const raw = await sign(chain, signer, nonce, [], { delegate });
    const delivery = await deliver(chain, { account, nonce, hash: keccak256(raw), raw });
    if (typeof delivery === 'string') continue;
    spent.transactions += 1;
    spent.gasUsed += delivery.gasUsed;
    return;
  }
}
