import { SaharaError } from '../../base/errors.ts';
import type { Logger, Progress } from '../../base/progress.ts';
import { type CID, parseCid } from '../cid.ts';
import { blockGetter } from '../get-block.ts';
import { type Rpc, rpcClient } from '../rpc.ts';
import { type ContentStore, type ContentStoreOptions, contentStore } from '../store.ts';
import type { GetBlock, UnixNode } from '../unixfs.ts';

/** A content node with all that managing it takes: the store for content, the RPC for pins and the repo. */
export type ContentAccess = {
  store: ContentStore;
  /** False for a store that is no Kubo RPC: it takes content, and has neither pins nor a repo to look into. */
  isNode: boolean;
  rpc: Rpc;
  /** Base address of the RPC. */
  api: string;
  /** Base address of the gateway; null where none is known. */
  gateway: string | null;
  /** Its name, where it is a remote of the settings. */
  remote: string | null;
  /** Blocks, each checked against its address. */
  blocks(signal?: AbortSignal): GetBlock;
  close(): void;
};

export type ManageOptions = {
  signal?: AbortSignal;
  progress?: Progress;
  /** Told when something had to be tried again. */
  logger?: Logger;
  /** Everything is checked, and nothing changed. */
  dryRun?: boolean;
};

/** How long a node may think in silence about all that it has, milliseconds. */
export const LONG_MS = 600_000;

/** Opens a content node by its address; nothing is connected before it is used. */
export function openContent(options: ContentStoreOptions): ContentAccess {
  const { api, headers, remote } = options;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const store = contentStore(options);
  const rpc = rpcClient({
    api,
    timeoutMs,
    ...(headers ? { headers } : {}),
    ...(remote === undefined ? {} : { remote }),
  });
  return {
    store,
    isNode: true,
    rpc,
    api,
    gateway: options.gateway ?? null,
    remote: remote ?? null,
    blocks: (signal) => blockGetter(rpc, signal),
    close() {
      store.close();
      rpc.close();
    },
  };
}

/** A store of another kind, which can be added to; whatever else is asked of it fails with CONTENT_REJECTED. */
export function storeOnly(store: ContentStore, remote: string): ContentAccess {
  const { api, gateway = null } = store;
  const refuse = async (action: string): Promise<never> => {
    const message = 'it is no Kubo RPC, and only takes content';
    throw new SaharaError('CONTENT_REJECTED', { api, action, message, remote });
  };
  return {
    store,
    isNode: false,
    rpc: {
      bytes: ({ endpoint }) => refuse(endpoint),
      json: ({ endpoint }) => refuse(endpoint),
      lines: ({ endpoint }) => refuse(endpoint),
      stream: ({ endpoint }) => refuse(endpoint),
      close() {},
    },
    api,
    gateway,
    remote,
    blocks: () => () => refuse('block/get'),
    close: () => store.close(),
  };
}

export type ContentPath = {
  cid: CID;
  /** Below it, POSIX; '' is the root itself. */
  path: string;
};

/**
 * Reads `CID`, `CID/path`, and both with `ipfs://` or `/ipfs/` before them.
 *
 * @throws CONTENT_CID_INVALID, CONTENT_PATH_INVALID
 */
export function parseContentPath(text: string): ContentPath {
  const [first = '', ...rest] = text.replace(/^(ipfs:\/\/|\/ipfs\/)/, '').split('/');
  const cid = parseCid(first);
  const names = rest.filter((name) => name !== '');
  const problem = names.some((name) => name === '.' || name === '..')
    ? 'content has no "." and ".."'
    : text.includes('\0')
      ? 'it holds a NUL'
      : undefined;
  if (problem !== undefined) throw new SaharaError('CONTENT_PATH_INVALID', { path: text, reason: problem });
  return { cid, path: names.join('/') };
}

/**
 * The address that a pin is about. A pin is of an address and not of a path, which would be something else tomorrow.
 *
 * @throws CONTENT_CID_INVALID
 */
export function parsePinned(text: string): CID {
  const { cid, path } = parseContentPath(text);
  if (path === '') return cid;
  const reason = 'a pin takes no path below it, but the address of what is there, which content stat tells';
  throw new SaharaError('CONTENT_CID_INVALID', { cid: text, reason });
}

export type ContentKind = 'file' | 'folder' | 'symlink' | 'other';

export function kindOf(node: UnixNode): ContentKind {
  return node.type === 'shard' ? 'folder' : node.type;
}

/** What stands at a path of content. @throws as {@link parseContentPath}, CONTENT_NOT_FOUND, CONTENT_UNSAFE */
export async function openPath(
  access: ContentAccess,
  text: string,
  signal?: AbortSignal,
): Promise<{ root: string; path: string; cid: CID; node: UnixNode; get: GetBlock }> {
  const { cid: root, path } = parseContentPath(text);
  const get = access.blocks(signal);
  const { resolvePath } = await import('../unixfs.ts');
  const { cid, node } = await resolvePath(get, root, path);
  return { root: root.toString(), path, cid, node, get };
}
