import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import type { DevnetPaths } from '../paths.ts';

/** What a devnet began with that is a fork; nothing in it is secret. */
export type ForkInfo = {
  /** Where the network is; keys, queries and paths are left out. */
  url: string;
  /** The network's own chain id; the devnet has 31337. */
  chainId: number;
  /** The block whose state it began with. */
  block: {
    number: number;
    hash: Hex;
    /** ISO 8601. */
    time: string;
  };
  /** Whose contracts of the protocol it has: those of the network, or our own, put there as the network has none. */
  protocol: 'of the network' | 'put there';
};

/** The same as it is kept, in a file that only its owner can read. */
export type ForkRecord = ForkInfo & {
  format: 1;
  /** The URL with all that is secret in it. */
  secretUrl: string;
  /** How far the chain's clock was behind when it began, as its block is old. Seconds, 0 or negative. */
  clockOffset: number;
};

const recordPath = ({ dir }: Pick<DevnetPaths, 'dir'>): string => join(dir, 'fork.json');

/** What the network has answered, which is asked for once. */
export const forkCachePath = ({ dir }: Pick<DevnetPaths, 'dir'>): string => join(dir, 'fork-cache.ndjson');

/** Undefined of a devnet that is none. @throws CHAIN_STATE_DAMAGED where it is one and nobody can tell of what */
export function readFork(paths: Pick<DevnetPaths, 'dir'>): ForkRecord | undefined {
  const path = recordPath(paths);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ForkRecord;
  } catch (error) {
    // A record that cannot be read must not make a fork an ordinary devnet.
    const { message: reason } = error as Error;
    throw new SaharaError('CHAIN_STATE_DAMAGED', { path, reason }, { cause: error });
  }
}

export function writeFork(paths: Pick<DevnetPaths, 'dir'>, record: ForkRecord): void {
  writeFileAtomic(recordPath(paths), `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** It never began. */
export function removeFork(paths: Pick<DevnetPaths, 'dir'>): void {
  for (const file of [recordPath(paths), forkCachePath(paths)]) rmSync(file, { force: true });
}

/** What may be told of it. */
export function forkInfo({ url, chainId, block, protocol }: ForkRecord): ForkInfo {
  return { url, chainId, block, protocol };
}
