import { keccak256 } from 'viem';
import type { Json } from '../base/canonical-json.ts';
import { isError, SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import type { Chain } from '../chain/index.ts';
import { type Context, openSigner } from '../context/index.ts';
import { outcomesOf } from './executor.ts';
import { type ChunkRecord, type Journal, otherRecords } from './journal.ts';
import { OPERATIONS } from './operations.ts';
import { deliver, isKnown, minedCount, receiptOf, receiptOnceUsed, signAgain } from './send.ts';
import { toPlain } from './to-plain.ts';
import type { BatchItem, ItemResult, OperationName } from './types.ts';

/**
 * What earlier runs did, by the word of the chain: the items with their results, re-read from the events. What was
 * signed and may or may not have been sent is sent again as it is: under its nonce it can be done only once.
 */
export async function recover(
  context: Context,
  items: readonly BatchItem[],
  journal: Journal,
  folder: string,
  anchor: string,
): Promise<Map<number, ItemResult>> {
  const found = new Map<number, ItemResult>();
  const byLine = new Map(items.map((item) => [item.line, item]));
  for (const records of Map.groupBy(journal.records, (r) => r.chunk).values()) {
    const done = await resolve(context, records, journal);
    if (!done) continue;
    for (const { line, tx, result } of await resultsOf(context, done)) {
      const item = byLine.get(line);
      if (!item) continue;
      const { id, op } = item;
      found.set(line, { line, id, op, status: 'done', tx, result, error: null });
    }
  }
  const wanted = items.filter((item) => item.id !== null && !found.has(item.line));
  if (wanted.length === 0) return found;
  const byId = await doneElsewhere(context, otherRecords(folder, anchor, journal), wanted);
  for (const { line, id, op, what } of wanted) {
    const earlier = byId.get(id ?? '');
    if (!earlier) continue;
    if (earlier.what !== what)
      throw new SaharaError('BATCH_ID_REUSED', { id: id ?? '', line, earlier: earlier.op });
    found.set(line, { line, id, op, status: 'already', tx: earlier.tx, result: earlier.result, error: null });
  }
  return found;
}

type Mined = { record: ChunkRecord; hash: Hex; receipt: NonNullable<Awaited<ReturnType<typeof receiptOf>>> };

/** The transaction of a chunk that is in a block; undefined where none is, nor can be. */
async function resolve(
  { chain, dryRun }: Context,
  records: readonly ChunkRecord[],
  journal: Journal,
): Promise<Mined | undefined> {
  const mined = await minedOf(chain, records);
  const last = records.at(-1);
  if (mined || !last || records.some((r) => r.abandoned) || dryRun) return mined;
  const count = await minedCount(chain, last.account);
  if (count > last.nonce) return minedOf(chain, records, receiptOnceUsed);
  if (count < last.nonce && !(await isKnown(chain, last.hash))) {
    // The chain has lost what stood before it, and it would wait for that. It is given up, and never sent again.
    journal.append({ ...last, abandoned: true });
    return undefined;
  }
  const sent = [...records];
  let record = last;
  const sendForMore = async (fees?: Parameters<typeof signAgain>[3]) => {
    const raw = await signAgain(chain, await openSigner(record.account), record.raw, fees);
    record = { ...record, raw, hash: keccak256(raw) };
    sent.push(record);
    journal.append(record);
  };
  if (chain.sending) {
    const { agreedRaise } = await import('../chain/network/fees.ts');
    const fees = await agreedRaise(chain, 'A batch', record.raw);
    if (fees) await sendForMore(fees);
  }
  for (;;) {
    const delivery = await deliver(chain, record).catch(async (error) => {
      // Planned anew it may cost less, and takes the same nonce: unless an earlier one waits for that.
      if (!isError(error, 'FUNDS_MISSING')) throw error;
      const known = await Promise.all(sent.map(({ hash }) => isKnown(chain, hash)));
      if (known.includes(true)) throw error;
      return 'overtaken' as const;
    });
    if (delivery === 'overtaken') return minedOf(chain, sent, receiptOnceUsed);
    if (delivery !== 'underpriced') return { record, hash: record.hash, receipt: delivery };
    await sendForMore();
  }
}

async function minedOf(
  chain: Chain,
  records: readonly ChunkRecord[],
  find: typeof receiptOf = receiptOf,
): Promise<Mined | undefined> {
  for (const record of records) {
    const receipt = await find(chain, record.hash);
    if (receipt) return { record, hash: record.hash, receipt };
  }
  return undefined;
}

/** The results of the items of a transaction that were done in it. */
async function resultsOf(
  context: Context,
  { record, hash, receipt }: Mined,
): Promise<(ChunkRecord['items'][number] & { tx: Hex; result: Json })[]> {
  const outcomes = outcomesOf(receipt, record.account, record.items.length);
  const done = record.items.flatMap((item, i) =>
    outcomes[i]?.done ? [{ item, logs: outcomes[i].logs }] : [],
  );
  return Promise.all(
    done.map(async ({ item, logs }) => {
      const { settled } = OPERATIONS[item.op as OperationName];
      const foretold = item.foretold as { [key: string]: Json };
      const result = await settled(context, foretold, { receipt: { logs }, tx: hash });
      return { ...item, tx: hash, result: toPlain(result) };
    }),
  );
}

type Elsewhere = Map<string, { what: string; op: string; tx: Hex; result: Json }>;

/** What other files did under these ids. */
async function doneElsewhere(
  context: Context,
  records: readonly ChunkRecord[],
  wanted: readonly BatchItem[],
): Promise<Elsewhere> {
  const ids = new Set(wanted.map((item) => item.id));
  const found: Elsewhere = new Map();
  for (const record of records.filter((r) => r.items.some((item) => ids.has(item.id)))) {
    const receipt = await receiptOf(context.chain, record.hash);
    if (!receipt) continue;
    for (const { id, what, op, tx, result } of await resultsOf(context, {
      record,
      hash: record.hash,
      receipt,
    }))
      if (id !== null && ids.has(id)) found.set(id, { what, op, tx, result });
  }
  return found;
}
