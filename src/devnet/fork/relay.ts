import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { isError, SaharaError } from '../../base/errors.ts';
import { deployments } from '../../chain/generated/deployments.ts';
import { originWords } from '../../chain/origin-words.ts';
import type { DevnetPaths } from '../paths.ts';
import { forkSocketOf } from '../sockets.ts';
import { openForkCache } from './cache.ts';
import { jsonTexts } from './json-stream.ts';
import { openOrigin } from './origin.ts';
import { type ForkRecord, forkCachePath } from './record.ts';

/** Stands between anvil and the network that a devnet began with. */
export type Relay = {
  /** What anvil is told as its --fork-url: a socket that only its owner may open. */
  socket: string;
  /** Why the network could not be asked the last time; null when it could, or has not been. */
  trouble(): string | null;
  /** Why it did not answer the first question that it did not, since the last call of it. */
  takeFailure(): SaharaError | undefined;
  /** @throws the same, and leaves it */
  assertTold(): void;
  /** The network's block is still the one that the fork began with; what is not to be asked is taken on trust. @throws FORK_CHANGED */
  check(): Promise<void>;
  close(): Promise<void>;
};

type Request = { id?: number | string; method?: string; params?: unknown };
const OURS = new Set(Object.values(deployments).map((address) => address.toLowerCase()));
/** For so long after it did not answer, the network is asked each thing once. Milliseconds. */
const PATIENCE_MS = 10_000;
const UNKNOWN = -32_601;
const NOTHING = `0x${'0'.repeat(64)}`;
/** Hashes of blocks as contracts see them, the last 8191 (EIP-2935). */
const [BLOCK_HASHES, HASHES_KEPT] = ['0x0000f90827f1c53a10cb7a02335b175320002935', 8191];

/**
 * Passes what anvil asks on to the network. So the URL, with the keys in it, is in no list of processes, in no log, and
 * not in what `anvil_nodeInfo` tells; what was answered once need not be asked again; and it is known when the network
 * does not answer, which anvil takes for a transaction that fails.
 */
export async function openRelay(paths: DevnetPaths, record: ForkRecord): Promise<Relay> {
  const origin = openOrigin(record.secretUrl);
  const cache = openForkCache(forkCachePath(paths), record.block.number);
  const socket = forkSocketOf(paths);
  let trouble: SaharaError | undefined;
  let failure: SaharaError | undefined;
  let isClosed = false;
  let failedAt = 0;

  const answer = async (method: string, params: unknown): Promise<object> => {
    // Few nodes know it, and anvil finds its three parts by itself.
    if (method === 'eth_getAccountInfo' || method === 'eth_subscribe')
      return { error: { code: UNKNOWN, message: `${method} is not passed on` } };
    const own = ownAnswer(record, method, params);
    if (own !== undefined) return { result: own };
    const known = cache.get(method, params);
    if (known) return known;
    try {
      // Whoever has not answered just now is not waited for again and again.
      const isAway = Date.now() - failedAt < PATIENCE_MS;
      const told = await origin.ask(method, params, isAway ? 0 : undefined);
      [trouble, failedAt] = [undefined, 0];
      if ('result' in told) cache.keep(method, params, told.result);
      // A state that is not there any more is as bad as a network that is not there.
      else if (isState(method)) {
        trouble = noState(record, told.error.message);
        failure ??= trouble;
      }
      return told;
    } catch (error) {
      if (!(error instanceof SaharaError)) throw error;
      [trouble, failedAt] = [error, Date.now()];
      failure ??= error;
      return { error: { code: -32_000, message: originWords(record.url, reasonOf(error)) } };
    }
  };

  const sockets = new Set<Socket>();
  const server = createServer((connection) => {
    sockets.add(connection);
    connection.on('close', () => sockets.delete(connection));
    connection.on('error', () => {});
    connection.setEncoding('utf8');
    const take = async (text: string) => {
      const asked = JSON.parse(text) as Request | Request[];
      const each = async ({ id = 0, method = '', params = [] }: Request) => ({
        jsonrpc: '2.0',
        id,
        ...(await answer(method, params)),
      });
      const told = Array.isArray(asked) ? await Promise.all(asked.map(each)) : await each(asked);
      if (!connection.destroyed) connection.write(`${JSON.stringify(told)}\n`);
    };
    connection.on(
      'data',
      jsonTexts((text) => void take(text).catch(() => connection.destroy())),
    );
  });
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  const before = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  } finally {
    process.umask(before);
  }
  server.unref();
  return {
    socket,
    trouble: () => trouble?.message ?? null,
    takeFailure() {
      const taken = failure;
      failure = undefined;
      return taken;
    },
    assertTold() {
      if (failure) throw failure;
    },
    async check() {
      try {
        await assertSame(record, (method, params) => origin.ask(method, params, 1));
      } catch (error) {
        if (!(error instanceof SaharaError) || isError(error, 'FORK_CHANGED')) throw error;
        // Nobody needs it yet: what was kept may do.
        [trouble, failedAt] = [error, Date.now()];
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const connection of sockets) connection.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
      cache.close();
    },
  };
}

async function assertSame(
  { block, url }: ForkRecord,
  ask: ReturnType<typeof openOrigin>['ask'],
): Promise<void> {
  const told = await ask('eth_getBlockByNumber', [`0x${block.number.toString(16)}`, false]);
  const found = 'result' in told ? (told.result as { hash?: string } | null)?.hash : undefined;
  if (found !== undefined && found !== block.hash)
    throw new SaharaError('FORK_CHANGED', { url, block: block.number });
}

const isState = (method: string) => /^eth_get(Balance|Code|StorageAt|TransactionCount)$/.test(method);

export function noState({ url, block }: Pick<ForkRecord, 'url' | 'block'>, reason: string): SaharaError {
  return new SaharaError('FORK_NO_STATE', { url, block: block.number, reason });
}

function reasonOf(error: SaharaError): string {
  if (isError(error, 'FORK_ORIGIN_UNREACHABLE')) return error.params.reason;
  if (isError(error, 'FORK_ORIGIN_REFUSED')) return `HTTP ${error.params.status}`;
  return 'it has had too many questions';
}

/** What need not be asked for; undefined where it has to be. */
function ownAnswer(
  { protocol, block }: ForkRecord,
  method: string,
  params: unknown,
): string | unknown[] | undefined {
  const [first, slot] = (Array.isArray(params) ? params : []) as [unknown, unknown];
  if (method === 'eth_getStorageAt') {
    const address = String(first).toLowerCase();
    if (protocol === 'put there' && OURS.has(address)) return NOTHING;
    // Each new block writes one of these slots, and what was there is of a block that is too old to be asked for then.
    const ahead = address === BLOCK_HASHES && mod(Number(slot) - block.number, HASHES_KEPT);
    if (ahead !== false && ahead < HASHES_KEPT / 2) return NOTHING;
  }
  return protocol === 'put there' && method === 'eth_getLogs' && isOursAlone(first) ? [] : undefined;
}

const mod = (value: number, by: number) => ((value % by) + by) % by;

/** The network has nothing of contracts that were put there afterwards, and may refuse to look through all its blocks. */
function isOursAlone(filter: unknown): boolean {
  const address = (filter as { address?: string | string[] } | undefined)?.address;
  const wanted = typeof address === 'string' ? [address] : (address ?? []);
  return wanted.length > 0 && wanted.every((one) => OURS.has(one.toLowerCase()));
}
