import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Hex } from '../base/hex.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { ForkInfo } from './fork/record.ts';
import type { DevnetPaths } from './paths.ts';

/** A process of ours. A pid alone proves nothing, as pids are used again: its start time goes with it. */
export type ProcessIdentity = { pid: number; startTime: string | null };

/** What a running devnet tells about itself, in `live.json` and over its socket. */
export type LiveState = {
  format: 1;
  name: string;
  supervisor: ProcessIdentity;
  startedAt: string;
  chain: {
    process: ProcessIdentity;
    rpcUrl: string;
    /** The same JSON-RPC on a Unix socket, newline-delimited; null where there is none. */
    ipc: string | null;
    chainId: number;
    /** Random for each anvil process: proves that what answers on the port is ours. */
    instanceId: Hex;
    /** Of a fork: the hash of the network’s block that it began with. */
    genesisHash: Hex;
    /** Which network it began with; only there where it is a fork. */
    fork?: ForkInfo;
  };
  content: {
    kind: 'embedded' | 'kubo' | 'external';
    process: ProcessIdentity | null;
    api: string;
    gateway: string;
    peerId: string | null;
  };
  /** Path of the supervisor's socket. */
  socket: string;
  /** Answers GET with 200 when chain and content node answer, else with 503. Not there where an older version started it. */
  ready?: string | null;
};

/** The last written live state, running or not; undefined when there is none or it is unreadable. */
export function readLiveState(paths: DevnetPaths): LiveState | undefined {
  try {
    const state = JSON.parse(readFileSync(paths.live, 'utf8')) as LiveState;
    return state.format === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

export function writeLiveState(paths: DevnetPaths, state: LiveState): void {
  makeFolder(dirname(paths.live));
  writeFileAtomic(paths.live, `${JSON.stringify(state, null, 2)}\n`);
}

export function removeLiveState(paths: DevnetPaths): void {
  rmSync(paths.live, { force: true });
}
