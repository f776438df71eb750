import { SaharaError } from '../base/errors.ts';
import type { Logger, Progress } from '../base/progress.ts';
import { parseCid } from './cid.ts';
import type { Dag } from './dag.ts';
import type { FetchedFile, FetchLimits } from './fetch.ts';
import { blockGetter } from './get-block.ts';
import type { ListEntry } from './reading.ts';
import { readingFrom } from './reading-store.ts';
import { rpcClient } from './rpc.ts';

export type ContentStoreOptions = {
  /** Base address of a Kubo RPC: the embedded node's or Kubo's. */
  api: string;
  /** Base address of its gateway, for links shown to people. */
  gateway?: string;
  /** Sent with each request, e.g. `authorization`. */
  headers?: Readonly<Record<string, string>>;
  /** Its name, where the settings name it as a remote: errors then say what helps there. */
  remote?: string;
  /** How long the node may be silent before a call fails, milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** How often a step is tried again after a lost connection or silence. Default 4; after silence 2 at most. */
  retries?: number;
  /** Before the first of these, doubled each time. Milliseconds, default 500. */
  retryDelayMs?: number;
  /** Of each CAR that is sent and acknowledged by itself, about. Bytes, default 64 to 256 MiB. */
  carBytes?: number;
};

export type PutResult = {
  root: string;
  /** What was sent as CARs, bytes; 0 when the store has it all. */
  sentBytes: number;
  blocksSent: number;
  /** Blocks that the store had already. */
  blocksThere: number;
};

export type StoreVersion = { version: string; commit: string; embedded: boolean };

export type PutOptions = {
  /** The pin's name, for whoever looks at the node. */
  name?: string;
  signal?: AbortSignal;
  progress?: Progress;
  /** Told when the upload is interrupted and goes on. */
  logger?: Logger;
  /** How long the node may be silent, milliseconds. Default 120,000: it writes and syncs before it answers. */
  timeoutMs?: number;
  /** How often a step is tried again after a lost connection or silence. Default 4; after silence 2 at most. */
  retries?: number;
  /** Before the first of these, doubled each time. Milliseconds, default 500. */
  retryDelayMs?: number;
  /** About so much is sent as one CAR, and acknowledged by itself. Bytes, default 64 to 256 MiB. */
  carBytes?: number;
};

export type FetchOptions = FetchLimits & {
  signal?: AbortSignal;
  progress?: Progress;
  /** Fetches and checks everything, and writes nothing. */
  dryRun?: boolean;
};

/** Everything that is read is checked against its address here, whatever the node says. */
export type ContentStore = {
  readonly api: string;
  readonly gateway: string | undefined;
  version(options?: { signal?: AbortSignal }): Promise<StoreVersion>;
  /** True when the node keeps (pins) everything under this address. */
  has(cid: string, options?: { signal?: AbortSignal }): Promise<boolean>;
  /** Uploads the blocks that the node lacks, and pins. When the node keeps it already nothing is sent. */
  put(dag: Dag, options?: PutOptions): Promise<PutResult>;
  /** Writes a folder or file to `dest`, which must not exist (or be an empty folder): all of it or nothing. */
  fetchTo(cid: string, dest: string, options?: FetchOptions): Promise<{ files: FetchedFile[] }>;
  /** One file's bytes; CONTENT_TOO_LARGE when it has more than `maxBytes` (default 16 MiB). */
  readFile(
    cid: string,
    path?: string,
    options?: { maxBytes?: number; signal?: AbortSignal },
  ): Promise<Uint8Array>;
  /** The same in pieces as they arrive, for a file that is worked through and not kept. */
  readChunks(
    cid: string,
    path?: string,
    options?: { maxBytes?: number; signal?: AbortSignal },
  ): AsyncGenerator<Uint8Array, void, undefined>;
  list(cid: string, path?: string, options?: { signal?: AbortSignal }): Promise<ListEntry[]>;
  /** Fetches every block again and checks it: CONTENT_NOT_FOUND or CONTENT_CORRUPT name the first bad one. */
  verify(
    cid: string,
    options?: { signal?: AbortSignal; progress?: Progress },
  ): Promise<{ blocks: number; bytes: number }>;
  /** Lets the node drop it at its next garbage collection; quiet when it was not pinned. */
  unpin(cid: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** Closes idle connections. */
  close(): void;
};

/**
 * A content node behind the Kubo RPC: the same client for the embedded node and Kubo.
 *
 * Failures: CONTENT_UNAVAILABLE, CONTENT_TIMEOUT, CONTENT_REJECTED, CONTENT_NOT_FOUND, CONTENT_CORRUPT,
 * CONTENT_CID_INVALID, CONTENT_UNSAFE, REMOTE_DENIED.
 */
export function contentStore(options: ContentStoreOptions): ContentStore {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const rpc = rpcClient({
    api: options.api,
    timeoutMs,
    ...(options.headers ? { headers: options.headers } : {}),
    ...(options.remote === undefined ? {} : { remote: options.remote }),
  });

  const getter = (signal: AbortSignal | undefined) => blockGetter(rpc, signal);

  async function has(cid: string, { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
    const query = { arg: parseCid(cid).toString(), type: 'recursive' };
    try {
      const answer = await rpc.json({ endpoint: 'pin/ls', query, signal });
      return Object.keys((answer as { Keys?: object }).Keys ?? {}).length > 0;
    } catch (error) {
      if (error instanceof SaharaError && notPinned(error)) return false;
      throw error;
    }
  }

  async function put(dag: Dag, put: PutOptions = {}): Promise<PutResult> {
    const { signal } = put;
    if (await has(dag.root, { ...(signal ? { signal } : {}) }))
      return { root: dag.root, sentBytes: 0, blocksSent: 0, blocksThere: dag.blockCount };
    const { upload } = await import('./upload.ts');
    return await upload(rpc, options.api, dag, put);
  }

  return {
    api: options.api,
    gateway: options.gateway,
    has,
    put,
    ...readingFrom(getter),
    async version({ signal } = {}) {
      const answer = (await rpc.json({ endpoint: 'version', signal })) as {
        Version?: unknown;
        Commit?: unknown;
      };
      const commit = String(answer.Commit ?? '');
      return { version: String(answer.Version ?? ''), commit, embedded: commit === 'sahara-devkit' };
    },
    async unpin(cid, { signal } = {}) {
      try {
        await rpc.json({ endpoint: 'pin/rm', query: { arg: parseCid(cid).toString() }, signal });
      } catch (error) {
        if (!(error instanceof SaharaError && notPinned(error))) throw error;
      }
    },
    close: rpc.close,
  };
}

/** Kubo: "path '…' is not pinned", "not pinned or pinned indirectly". */
function notPinned(error: SaharaError): boolean {
  return error.id === 'CONTENT_REJECTED' && /not pinned/.test(error.message);
}
