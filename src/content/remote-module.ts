import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { silentLogger, silentProgress } from '../base/progress.ts';
import type { RemoteSettings } from '../config/index.ts';
import { CID, inlined, matches, parseCid } from './cid.ts';
import { isPassing, ownCause } from './passing.ts';
import { readingFrom } from './reading-store.ts';
import { withRetries } from './retry.ts';
import type { ContentStore } from './store.ts';
import type { GetBlock } from './unixfs.ts';

/** What the module of a remote is given when it is opened. */
export type RemoteModuleOptions = {
  /** The remote's name in the settings. */
  name: string;
  api: string | null;
  gateway: string | null;
  /** The value of the variable that `auth.env` names. Not to be put into messages. */
  secret: string | null;
  /** `options` of the settings. */
  options: RemoteSettings['options'];
  /** The project folder. */
  project: string;
};

/** A DAG on its way to a module: as blocks, or as one CAR. Either can be asked for again, for another try. */
export type RemoteUpload = {
  /** CIDv1 in base32. */
  root: string;
  /** What to call it there. */
  name: string | undefined;
  blockCount: number;
  /** Of `car()`, bytes. */
  carSize: number;
  /** Every block once, parents before children. */
  blocks(): AsyncIterable<{ cid: string; bytes: Uint8Array }>;
  car(): AsyncIterable<Uint8Array>;
  /** So many more bytes were sent, for the progress. */
  advance(bytes: number): void;
  signal: AbortSignal | undefined;
};

/**
 * A content store that is no Kubo RPC, as a module offers it. Whatever throws is reported as CONTENT_UNAVAILABLE. An
 * upload (`has`, then `put`) is tried again after some moments where the error says that it may pass: by
 * `retryable: true`, the code of a lost connection (ECONNRESET, ...), or the HTTP status (`status`) 408, 425, 429, 502,
 * 503 or 504, of itself or what caused it. `retryable: false` says that it will not.
 */
export type RemoteModule = {
  /** True when the store keeps everything under this address. */
  has(cid: string, options: { signal: AbortSignal | undefined }): Promise<boolean>;
  /** Returns when all of it is stored for good. */
  put(upload: RemoteUpload): Promise<{ sentBytes: number; blocksSent?: number }>;
  /** One block, or undefined when it is not there. Its bytes are checked by the caller. Without it nothing is read. */
  block?(cid: string, options: { signal: AbortSignal | undefined }): Promise<Uint8Array | undefined>;
  unpin?(cid: string, options: { signal: AbortSignal | undefined }): Promise<void>;
  version?(): Promise<string>;
  close?(): void;
};

/** What the module exports as `openRemote`. */
export type OpenRemote = (options: RemoteModuleOptions) => RemoteModule | Promise<RemoteModule>;

/**
 * Loads the module of a remote, relative to the project, and opens the store.
 *
 * @throws REMOTE_MODULE_BAD
 */
export async function openRemoteModule(kind: string, options: RemoteModuleOptions): Promise<ContentStore> {
  const bad = (reason: string, cause?: unknown) =>
    new SaharaError('REMOTE_MODULE_BAD', { name: options.name, kind, reason }, { cause });
  const safe = (error: unknown) => withoutSecret(error, options.secret);
  const path = pathOf(kind, options.project);
  if (path === undefined) throw bad(`it is not found from ${options.project}`);
  const { loadExports } = await import('../config/module-loader.ts');
  const exported = await loadExports(path).catch((error) => {
    throw bad(safe(error));
  });
  const open = exported['openRemote'];
  if (typeof open !== 'function') throw bad('it exports no function "openRemote"');
  const module: Partial<RemoteModule> = await Promise.resolve()
    .then(() => (open as OpenRemote)(options))
    .catch((error) => {
      throw bad(safe(error));
    });
  if (typeof module?.has !== 'function' || typeof module.put !== 'function')
    throw bad('what openRemote gives has no functions "has" and "put"');
  return storeOf(module as RemoteModule, options, kind);
}

function storeOf(module: RemoteModule, options: RemoteModuleOptions, kind: string): ContentStore {
  const api = options.api ?? kind;
  /** Failures that trying again does not help. */
  const lasting = new WeakSet<SaharaError>();
  /** What a module throws is its own affair; an interruption and our own errors stay what they are. */
  const told = async <R>(signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> => {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const own = ownCause(error);
      if (own !== undefined) throw own;
      // Without its cause, which may hold the secret.
      const reason = withoutSecret(error, options.secret);
      const told = new SaharaError('CONTENT_UNAVAILABLE', { api, reason, remote: options.name });
      if (!isPassing(error)) lasting.add(told);
      throw told;
    }
  };
  const getter =
    (signal: AbortSignal | undefined): GetBlock =>
    async (cid: CID) => {
      const own = inlined(cid);
      if (own !== undefined) return own;
      const get = module.block?.bind(module);
      if (get === undefined)
        throw new SaharaError('CONTENT_REJECTED', {
          ...{ api, remote: options.name },
          action: 'block',
          message: 'it cannot be read from',
        });
      const bytes = await told(signal, () => get(cid.toString(), { signal }));
      if (bytes === undefined) throw new SaharaError('CONTENT_NOT_FOUND', { cid: cid.toString(), path: '' });
      if (matches(cid, bytes)) return bytes;
      const reason = 'its bytes have another hash';
      throw new SaharaError('CONTENT_CORRUPT', { cid: cid.toString(), reason });
    };
  const has: ContentStore['has'] = (cid, { signal } = {}) =>
    told(signal, async () => (await module.has(parseCid(cid).toString(), { signal })) === true);
  return {
    api,
    gateway: options.gateway ?? undefined,
    has,
    async put(dag, options = {}) {
      const { name, signal, progress = silentProgress, logger = silentLogger } = options;
      const { retries = 4, retryDelayMs = 500 } = options;
      const patiently = <R>(step: () => Promise<R>, again: string): Promise<R> =>
        withRetries(
          { retries, retryDelayMs, logger, signal, isLasting: (error) => lasting.has(error) },
          step,
          () => again,
        );
      const { root, blockCount, carSize } = dag;
      const there = { root, sentBytes: 0, blocksSent: 0, blocksThere: blockCount };
      const reading = signal ? { signal } : {};
      if (await patiently(() => has(root, reading), 'It is asked again what it has.')) return there;
      progress.start('Uploading', carSize, 'bytes');
      let shown = 0;
      const upload = (): RemoteUpload => {
        let done = 0;
        return {
          root,
          name,
          blockCount,
          carSize,
          async *blocks() {
            for await (const { cid, bytes } of dag.blocks(reading)) yield { cid: cid.toString(), bytes };
          },
          car: () => dag.car(reading),
          advance(bytes) {
            done += bytes;
            // What is sent again was shown before.
            if (done > shown) progress.advance(done - shown);
            shown = Math.max(shown, done);
          },
          signal,
        };
      };
      const { sentBytes, blocksSent = blockCount } = await patiently(
        () => told(signal, () => module.put(upload())),
        'It is sent again.',
      );
      progress.done();
      return { root, sentBytes, blocksSent, blocksThere: Math.max(0, blockCount - blocksSent) };
    },
    ...readingFrom(getter),
    version: ({ signal } = {}) =>
      told(signal, async () => ({
        version: (await module.version?.()) ?? '',
        commit: '',
        embedded: false,
      })),
    async unpin(cid, { signal } = {}) {
      await told(signal, async () => module.unpin?.(CID.parse(cid).toString(), { signal }));
    },
    close: () => module.close?.(),
  };
}

/** A file of the project, or a package that it can reach; undefined when it is not there. */
function pathOf(kind: string, project: string): string | undefined {
  if (kind.startsWith('.')) {
    const path = resolve(project, kind);
    return existsSync(path) ? path : undefined;
  }
  try {
    return createRequire(join(project, 'package.json')).resolve(kind);
  } catch {
    return undefined;
  }
}

function withoutSecret(error: unknown, secret: string | null): string {
  const [text = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return secret === null || secret.length < 4 ? text : text.replaceAll(secret, '***');
}
