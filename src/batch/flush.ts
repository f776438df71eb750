import { keccak256 } from 'viem';
import { getTransactionCount } from 'viem/actions';
import type { Json } from '../base/canonical-json.ts';
import { isError, SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain, Signer } from '../chain/index.ts';
import { type Context, openSigner } from '../context/index.ts';
import { delegateOf, failureOf, isExecutor, outcomesOf, sign, type Tried, tryOut } from './executor.ts';
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
  signer: Signer;
  planned: readonly PlannedItem[];
  stopOnError: boolean;
  spent: Spent;
  done: (item: BatchItem, status: 'done', tx: Hex | null, result: Json) => void;
  fail: (item: BatchItem, error: SaharaError, tx?: Hex | null) => void;
};

type Ready = PlannedItem & { gas: bigint };

/** Sends items in one transaction, without those that would fail; in a dry run only tells what would come of it. */
export async function flushChunk(flush: Flush): Promise<void> {
  const { context, signer, planned, stopOnError, spent, done, fail } = flush;
  const { chain } = context;
  const limited = planned.map((p) => ({ ...p, gas: p.calls.reduce((sum, { gas }) => sum + gas, 0n) }));
  const tried = await tryOut(chain, signer.account.address, limited, stopOnError);
  const ready: Ready[] = [];
  for (const [i, one] of limited.entries()) {
    const { begun, done: works, gasUsed, reason } = tried[i] as Tried;
    // Some room, as another transaction may go in between and change what this one touches.
    if (works) ready.push({ ...one, gas: (gasUsed * 5n) / 4n + 10_000n });
    else if (begun) fail(one.item, await failureOf(chain, signer, one, reason, weiOf(ready)));
  }
  if (ready.length === 0) return;
  if (chain.dryRun) {
    const from = signer.account.address;
    for (const { calls, item, foretold } of ready) {
      for (const call of calls) await chain.dryRun.pretend({ from, ...call });
      done(item, 'done', null, foretold);
    }
    spent.transactions += 1;
    spent.gasUsed += tried.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    return;
  }
  await send(flush, ready);
}

/** Wei that items send along. */
function weiOf(items: readonly PlannedItem[]): bigint {
  return items.flatMap((p) => p.calls).reduce((sum, { value }) => sum + value, 0n);
}

async function send(flush: Flush, ready: readonly Ready[]): Promise<void> {
  const { context, journal, signer, spent, done, fail, stopOnError } = flush;
  const { chain } = context;
  const account = signer.account.address;
  const before = await delegateOf(chain, account);
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
        const foretold = one.foretold as { [key: string]: Json };
        const receipt = { logs: outcome.logs };
        const result = await OPERATIONS[one.item.op].settled(context, foretold, { receipt, tx: hash });
        done(one.item, 'done', hash, toPlain(result));
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
