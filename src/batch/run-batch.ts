import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { publish, readManifest } from '../assets/index.ts';
import type { Json } from '../base/canonical-json.ts';
import { isError, SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { type Chain, resolveAsset } from '../chain/index.ts';
import { defaultAccount, resolveAccount, stateFolder } from '../config/index.ts';
import { type Context, openSigner } from '../context/index.ts';
import { takeLock } from '../devnet/index.ts';
import { type Added, type Chunk, openChunk } from './chunk.ts';
import { assertExecutor, gasCeiling } from './executor.ts';
import { flushChunk, restoreDelegation } from './flush.ts';
import { openJournal } from './journal.ts';
import { OPERATIONS, OWNER } from './operations.ts';
import { recover } from './recover.ts';
import { toPlain } from './to-plain.ts';
import type { BatchItem, BatchResult, ItemError, ItemResult, PlannedItem } from './types.ts';

/** Items of a transaction where nothing else is asked for; the gas of a block often sets a lower bound. */
export const DEFAULT_CHUNK = 200;
/** Items that are added at once. */
const SIDE_BY_SIDE = 100;

export type BatchOptions = {
  /** Digest of what the batch was read from: the same file is the same batch. See {@link digestOf}. */
  digest: string;
  /** The most items that share a transaction. Default {@link DEFAULT_CHUNK}. */
  chunk?: number;
  /** What comes after an item that failed is skipped. */
  stopOnError?: boolean;
  /** Told of each item as soon as it is known what came of it. */
  onItem?: (item: ItemResult) => void;
};

/** Names a batch by the text that it was read from, and by who acts where a line does not say. */
export function digestOf(text: string, account: string | undefined): string {
  return createHash('sha256')
    .update(`${account ?? ''}\n${text}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * Does many operations in few transactions, each item by itself: one that fails leaves the others alone. What was
 * done once is not done again, however the run before ended: whatever is sent is written to a journal first.
 *
 * @throws BATCH_BUSY, BATCH_UNSUPPORTED, BATCH_ID_REUSED, BATCH_JOURNAL_UNREADABLE, CHAIN_UNREACHABLE,
 *   DEV_KEYS_REFUSED, the signal's reason after an interruption
 */
export async function runBatch(
  context: Context,
  items: readonly BatchItem[],
  options: BatchOptions,
): Promise<BatchResult> {
  const { chain, project, dryRun } = context;
  await assertExecutor(chain);
  const folder = dryRun ? join(project.stateDir, 'batch') : stateFolder(project.stateDir, ['batch']);
  const release = dryRun ? () => {} : lock(join(folder, 'lock'));
  try {
    return await perform(context, items, options, folder);
  } finally {
    release();
  }
}

async function perform(
  context: Context,
  items: readonly BatchItem[],
  options: BatchOptions,
  folder: string,
): Promise<BatchResult> {
  const { chain, signal, progress, logger, dryRun } = context;
  const { stopOnError = false } = options;
  const anchor = await anchorOf(chain);
  const journal = openJournal(folder, `${anchor}-${options.digest}`);
  const ceiling = await gasCeiling(chain);
  const limit = options.chunk ?? DEFAULT_CHUNK;
  const results = new Map<number, ItemResult>();
  const spent = { transactions: 0, gasUsed: 0n };
  const touched = new Set<Address>(journal.records.map((r) => r.account));
  const open = new Map<string, Chunk>();
  let stopAt = Number.POSITIVE_INFINITY;

  progress.start('Batch', items.length);
  const report = (result: ItemResult) => {
    results.set(result.line, result);
    progress.advance(1);
    options.onItem?.(result);
  };
  const done = ({ line, id, op }: BatchItem, status: 'done' | 'already', tx: Hex | null, result: Json) =>
    report({ line, id, op, status, tx, result, error: null });
  const fail = ({ line, id, op }: BatchItem, error: SaharaError, tx: Hex | null = null) => {
    if (stopOnError) stopAt = Math.min(stopAt, line);
    report({ line, id, op, status: 'failed', tx, result: null, error: errorOf(error) });
  };

  async function flush(chunk: Chunk): Promise<void> {
    open.delete(chunk.signer.account.address);
    signal.throwIfAborted();
    const planned = chunk.items.filter(({ item }) => item.line < stopAt);
    if (planned.length === 0) return;
    touched.add(chunk.signer.account.address);
    await flushChunk({ context, journal, chunk, planned, stopOnError, spent, done, fail });
  }
  async function flushAll(but?: Chunk): Promise<boolean> {
    const others = [...open.values()].filter((c) => c !== but);
    for (const chunk of others) await flush(chunk);
    return others.length > 0;
  }

  async function chunkOf(account: string): Promise<Chunk> {
    const signer = chain.isDevnet
      ? await openSigner(account)
      : await (await import('../context/network-signer.ts')).openNetworkSigner(chain, account);
    const { address } = signer.account;
    const base = chain.dryRun
      ? chain.dryRun.fork()
      : (await import('../chain/dry-run.ts')).dryRunChain(chain);
    const chunk = open.get(address) ?? openChunk(context, base, signer);
    open.set(address, chunk);
    return chunk;
  }

  /** Adds items of one account to its open transaction, or to further ones where that is full. */
  async function add(account: string, list: readonly BatchItem[]): Promise<void> {
    const chunk = await chunkOf(account);
    const added = isIndependent(list[0])
      ? await chunk.addIndependent(list)
      : [await chunk.addDependent(list[0] as BatchItem)];
    for (const one of added) note(one);
    const over: PlannedItem[] = [];
    while (chunk.items.length > limit || (chunk.items.length > 0 && chunk.gas() > ceiling))
      over.unshift(chunk.items.pop() as PlannedItem);
    const [first] = over;
    if (first && chunk.items.length === 0) {
      over.shift();
      const [contract = '', call = ''] = first.item.op.split('.');
      fail(first.item, new SaharaError('GAS_EXCEEDED', { contract, call }) as SaharaError);
    }
    if (over.length > 0 || chunk.items.length === limit) await flush(chunk);
    if (over.length > 0)
      await add(
        account,
        over.map((p) => p.item),
      );
  }

  function note(added: Added): void {
    if ('error' in added) fail(added.item, added.error);
    else if (added.planned.calls.length === 0) done(added.item, 'already', null, added.planned.foretold);
  }

  async function publishOne(item: BatchItem): Promise<void> {
    // It reads what the others do, and they may be about what it publishes.
    await flushAll();
    if (item.line > stopAt) return;
    try {
      const dir = String(item.params['dir']);
      const signer = await openSigner(item.account ?? defaultAccount((await readManifest(dir)).kind));
      const published = await publish({ ...context, signer }, dir);
      if (published.changed) spent.transactions += 1;
      done(item, published.changed ? 'done' : 'already', published.tx, toPlain(published));
    } catch (error) {
      if (!(error instanceof SaharaError) || error.kind === 'unavailable') throw error;
      fail(item, error as SaharaError);
    }
  }

  async function one(item: BatchItem): Promise<void> {
    let account: string;
    try {
      account = await actorOf(chain, item);
    } catch (error) {
      if (!(error instanceof SaharaError) || error.kind === 'unavailable') throw error;
      fail(item, error as SaharaError);
      return;
    }
    if (!isIndependent(item)) {
      // It is to find what stands before it as done, whoever did that.
      const own = open.get(resolveAccount(account).address);
      if ((await flushAll(own)) && own) await flush(own);
    }
    await add(account, [item]);
  }

  async function work(): Promise<void> {
    for (const [, result] of await recover(context, items, journal, folder, anchor)) report(result);
    const waiting = items.filter((item) => !results.has(item.line));
    for (let at = 0; at < waiting.length; ) {
      signal.throwIfAborted();
      const item = waiting[at] as BatchItem;
      if (item.line > stopAt) break;
      const group = together(waiting, at);
      if (item.op === 'publish') await publishOne(item);
      else if (group.length > 1) await add(await actorOf(chain, item), group);
      else await one(item);
      at += group.length;
    }
    await flushAll();
  }

  /** Items that follow each other, depend on nothing, and are the same account's. */
  function together(list: readonly BatchItem[], at: number): BatchItem[] {
    const first = list[at] as BatchItem;
    if (!isIndependent(first)) return [first];
    const by = (item: BatchItem) => item.account ?? OPERATIONS[item.op].by;
    const rest = list.slice(at, at + (stopOnError ? 1 : SIDE_BY_SIDE));
    const end = rest.findIndex((item) => !isIndependent(item) || by(item) !== by(first));
    return end === -1 ? rest : rest.slice(0, end);
  }

  try {
    await work();
  } catch (error) {
    // What comes after it would wait as well. The next run sees to it.
    if (isError(error, 'TRANSACTION_PENDING')) touched.clear();
    const known = [...results.values()].filter((r) => r.status === 'done' || r.status === 'already').length;
    if (!dryRun)
      logger.warn(
        `${known} of ${items.length} operations are done; the same command again goes on with the rest`,
      );
    throw foreseenIn(error);
  } finally {
    for (const address of touched)
      await restoreDelegation(context, journal, address, spent).catch((error: Error) =>
        logger.debug(`the delegation of ${address} stays: ${error.message}`),
      );
    progress.done();
  }
  for (const { line, id, op } of items)
    if (!results.has(line)) report({ line, id, op, status: 'skipped', tx: null, result: null, error: null });
  return summed(items, results, spent);
}

/** What failed below viem, which wraps it. */
function foreseenIn(error: unknown): unknown {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof SaharaError) return e;
  return error;
}

const isIndependent = (item: BatchItem | undefined): boolean =>
  item !== undefined && OPERATIONS[item.op].sketch !== undefined;

/** Who does an item: whom it names, else as with the single command. */
async function actorOf(chain: Chain, { op, account, params }: BatchItem): Promise<string> {
  const { by } = OPERATIONS[op];
  if (account !== undefined || by !== OWNER) return account ?? by;
  return (await resolveAsset(chain, String(params['asset']))).asset.owner;
}

function summed(
  items: readonly BatchItem[],
  results: ReadonlyMap<number, ItemResult>,
  spent: { transactions: number; gasUsed: bigint },
): BatchResult {
  const list = [...results.values()].sort((a, b) => a.line - b.line);
  const count = (status: ItemResult['status']) => list.filter((r) => r.status === status).length;
  return {
    items: list,
    summary: {
      total: items.length,
      done: count('done'),
      already: count('already'),
      failed: count('failed'),
      skipped: count('skipped'),
      ...spent,
    },
  };
}

function errorOf({ code, id, kind, message, fix, retryable }: SaharaError): ItemError {
  return { code, name: id, kind, message, fix, retryable };
}

/** What tells this chain from any other, and from itself after a reset: its first block has the time of its start. */
async function anchorOf(chain: Chain): Promise<string> {
  const blockAt = (number: Hex) =>
    chain.rpc({ method: 'eth_getBlockByNumber', params: [number, false] }) as Promise<{ hash: Hex } | null>;
  const block = (await blockAt('0x1')) ?? (await blockAt('0x0'));
  return `${chain.chainId}-${block?.hash.slice(2, 18) ?? ''}`;
}

function lock(path: string): () => void {
  try {
    return takeLock(path);
  } catch (error) {
    if (isError(error, 'DEVNET_BUSY')) throw new SaharaError('BATCH_BUSY', { pid: error.params.pid });
    throw error;
  }
}
