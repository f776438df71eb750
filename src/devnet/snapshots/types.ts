import type { Hex } from '../../base/hex.ts';
import type { Mining } from '../durability/types.ts';

/** The version of the form in which snapshots are kept and exported. */
export const FORMAT = 1;

/** A file of a snapshot. */
export type SnapshotFile = {
  /** Relative to the snapshot's folder, POSIX. */
  path: string;
  bytes: number;
  /** 64 hexadecimal digits. */
  sha256: string;
};

/** What `manifest.json` of a snapshot says. Whoever has it knows all of the snapshot's files and can check them. */
export type SnapshotManifest = {
  format: number;
  name: string;
  /** Differs for each snapshot that was ever made, also of the same name. */
  id: string;
  /** ISO 8601. */
  createdAt: string;
  chain: {
    id: number;
    /** SHA-256 of the genesis file of the toolkit that it began with: which protocol is on it, at which addresses. */
    genesisSha256: string;
    genesisHash: Hex;
    /** Of block 1, by which a chain is told from all others; null where there is none yet. */
    firstBlock: Hex | null;
    head: { number: number; hash: Hex /** Unix seconds. */; time: number };
    mining: Mining;
  };
  content: {
    kind: 'embedded' | 'kubo' | 'external';
    /** The folder that links to all that is pinned, and is pinned itself as long as the snapshot is there; null where nothing is. */
    mark: string | null;
  };
  counts: { assets: number; pins: number; localFiles: number };
  files: SnapshotFile[];
};

export type SnapshotPin = { cid: string; type: 'recursive' | 'direct'; name: string };

/** A snapshot as it is listed. */
export type ListedSnapshot = {
  name: string;
  /** When it was made, ISO 8601. */
  createdAt: string;
  head: {
    number: number;
    hash: Hex;
    /** By the chain's own clock, ISO 8601. */
    time: string;
  };
  /** How many assets are registered. */
  assets: number;
  /** How many addresses have a pin of their own. */
  pins: number;
  /** Of all its files on disk, bytes. The content itself is in the content node. */
  bytes: number;
};

/** A devnet whose snapshots are meant, and what is needed to start it for a moment where it does not run. */
export type SnapshotPlace = {
  stateDir: string;
  name: string;
  /** As for `devnet start`; where the devnet has a content store already, that one is used. */
  contentNode: 'auto' | 'embedded' | 'kubo';
  externalContent: { api: string; gateway: string | null } | null;
  signal?: AbortSignal;
  /** Told of what comes up besides the result. */
  warn?: (message: string) => void;
};

export type DeletedSnapshot = {
  name: string;
  /** What it was; null where that could not be read any more. */
  snapshot: ListedSnapshot | null;
};

/** What the supervisor is asked to do. */
export type SnapshotRequest =
  | { op: 'save'; name: string; force: boolean }
  | { op: 'restore'; name: string }
  | { op: 'delete'; name: string }
  /** Takes over what an import has unpacked and checked: a folder among the snapshots. */
  | { op: 'adopt'; folder: string; name: string; force: boolean };

export type SavedSnapshot = ListedSnapshot & {
  /** False: nothing had to be written, as the snapshot says just this. */
  changed: boolean;
};

export type RestoredSnapshot = {
  snapshot: ListedSnapshot;
  /** False: the devnet was just so already, and nothing was done. */
  changed: boolean;
  /** The snapshot of how it was before; null where nothing was done, or what was there could not be loaded. */
  before: string | null;
  /** A folder with what was there and could not be loaded; null where that was nothing. */
  aside: string | null;
  /** Pins whose content is not there any more. */
  missing: string[];
};
