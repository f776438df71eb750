import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SaharaError } from '../base/errors.ts';

/** What is addressed: a file on disk, bytes in memory, or an empty folder. `path` is relative, POSIX. */
export type DagEntry =
  | { path: string; file: string }
  | { path: string; bytes: Uint8Array }
  | { path: string; emptyFolder: true };

/** A file's or buffer's bytes by position. `name` is for messages. */
export type Source = {
  name: string;
  size: number;
  /** Fills `into` from `position`. Throws CONTENT_FILE_CHANGED when there are fewer bytes. */
  read(into: Uint8Array, position: number): Promise<void>;
  /** The same on this thread: where nothing is done meanwhile, waking another takes longer than a block does. */
  readHere(into: Uint8Array, position: number): void;
  /** Throws CONTENT_FILE_CHANGED when the file is not as it was when it was opened. */
  unchanged(): Promise<void>;
  close(): Promise<void>;
};

/** Identity and state of a file as text: equal means that nobody wrote to it in between. */
export type FileState = string;

/** Without following a link, since the scan may be long ago; without waiting, should it be a pipe by now. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * A file of at most `maxBytes`, read whole and found unchanged by that; undefined when it is larger.
 * Synchronous, since for many small files the way through the thread pool costs ten times the reading.
 *
 * @param scratch where to read it, `maxBytes` and one more; the bytes given are a part of it then
 */
export function readSmall(
  entry: { path: string; file: string },
  maxBytes: number,
  scratch?: Buffer,
): { bytes: Uint8Array; state: FileState } | undefined {
  let fd: number;
  try {
    fd = openSync(entry.file, OPEN_FLAGS);
  } catch (cause) {
    throw openFailure(entry.path, cause);
  }
  try {
    const stat = checkedFile(entry.path, fstatSync(fd, { bigint: true }));
    const state = stateOf(stat);
    const size = Number(stat.size);
    if (size > maxBytes) return undefined;
    // One byte more than it should have: a file that grew shows without another call.
    const buffer = scratch?.subarray(0, size + 1) ?? Buffer.allocUnsafe(size + 1);
    let filled = 0;
    let read: number;
    do {
      read = readSync(fd, buffer, filled, buffer.length - filled, filled);
      filled += read;
    } while (read > 0 && filled < size);
    const after = checkedFile(entry.path, fstatSync(fd, { bigint: true }));
    if (filled !== size || state !== stateOf(after)) {
      throw new SaharaError('CONTENT_FILE_CHANGED', { path: entry.path });
    }
    return { bytes: buffer.subarray(0, filled), state };
  } catch (cause) {
    throw cause instanceof SaharaError ? cause : unreadable(entry.path, cause);
  } finally {
    closeSync(fd);
  }
}

/** Opens without following a link, since the scan before this may be long ago. */
export async function openSource(entry: DagEntry): Promise<Source & { state: FileState | undefined }> {
  if ('emptyFolder' in entry) throw new TypeError('a folder has no bytes');
  if ('bytes' in entry) {
    const { bytes, path } = entry;
    return {
      name: path,
      size: bytes.length,
      state: undefined,
      async read(into, position) {
        into.set(bytes.subarray(position, position + into.length));
      },
      readHere(into, position) {
        into.set(bytes.subarray(position, position + into.length));
      },
      async unchanged() {},
      async close() {},
    };
  }
  const handle = await open(entry.file, OPEN_FLAGS).catch((cause) => {
    throw openFailure(entry.path, cause);
  });
  try {
    const stat = checkedFile(entry.path, await handle.stat({ bigint: true }));
    const state = stateOf(stat);
    return {
      name: entry.path,
      size: Number(stat.size),
      state,
      read: (into, position) => readFully(handle, into, position, entry.path),
      readHere: (into, position) => readFullyHere(handle.fd, into, position, entry.path),
      async unchanged() {
        const after = checkedFile(entry.path, fstatSync(handle.fd, { bigint: true }));
        if (state !== stateOf(after)) {
          throw new SaharaError('CONTENT_FILE_CHANGED', { path: entry.path });
        }
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function checkedFile(path: string, stat: BigIntStats): BigIntStats {
  if (!stat.isFile()) {
    const type = stat.isDirectory() ? 'folder' : 'special file';
    throw new SaharaError('CONTENT_NOT_REGULAR', { path, type });
  }
  return stat;
}

/** Only what is compared, in one string: a stat is a kilobyte, and there may be a hundred thousand files. */
function stateOf({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): FileState {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}`;
}

function openFailure(path: string, cause: unknown): SaharaError {
  const link = (cause as NodeJS.ErrnoException).code === 'ELOOP';
  return link ? new SaharaError('CONTENT_SYMLINK', { path }, { cause }) : unreadable(path, cause);
}

async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await handle
      .read(into, at, into.length - at, position + at)
      .catch((cause) => Promise.reject(unreadable(path, cause)));
    if (bytesRead === 0) throw new SaharaError('CONTENT_FILE_CHANGED', { path });
    at += bytesRead;
  }
}

function readFullyHere(fd: number, into: Uint8Array, position: number, path: string): void {
  for (let at = 0; at < into.length; ) {
    let read: number;
    try {
      read = readSync(fd, into, at, into.length - at, position + at);
    } catch (cause) {
      throw unreadable(path, cause);
    }
    if (read === 0) throw new SaharaError('CONTENT_FILE_CHANGED', { path });
    at += read;
  }
}

function unreadable(path: string, cause: unknown): SaharaError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new SaharaError('CONTENT_UNREADABLE', { path, reason }, { cause });
}
