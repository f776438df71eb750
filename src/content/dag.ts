import { decode, encode, type PBNode } from '@ipld/dag-pb';
import { SaharaError } from '../base/errors.ts';
import { type Hex, toHex } from '../base/hex.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { type Block, carHeader, exportCar, sectionHead } from './car.ts';
import { type CID, cidKey, cidV1, DAG_PB, matches, sha256 } from './cid.ts';
import { buildFileDag, CHUNK_BYTES, type FileDag, smallFileDag } from './file-dag.ts';
import { byBytes, pathProblem } from './names.ts';
import { ordered } from './ordered.ts';
import { type DagEntry, type FileState, openSource, readSmall, sameState } from './source.ts';
import { folderEntries, parseNode } from './unixfs.ts';

export type { DagEntry } from './source.ts';

/** The profile whose addresses we make; see IPIP-0499. */
const CID_PROFILE = 'unixfs-v1-2025';

/** A folder whose block is larger is sharded; see the profile. */
const MAX_FOLDER_BYTES = 256 * 1024;
/** Small files that are open at the same time while hashing. */
const FILES_AHEAD = 8;
/** Blocks that are read again at the same time while sending. */
const BLOCKS_AHEAD = 8;

export type AddressedFile = {
  path: string;
  /** Bytes. */
  size: number;
  cid: string;
};

export type DagFile = AddressedFile & {
  /** sha2-256 of the file's bytes. */
  sha256: Hex;
};

/** A folder, addressed. Leaves stay in their files; only the inner nodes are in memory. */
export type Dag<File extends AddressedFile = AddressedFile> = {
  /** CIDv1 in base32. */
  root: string;
  /** sha2-256 of the root block: what the chain records. 32 bytes. */
  rootDigest: Hex;
  /** Sorted by the bytes of the path. */
  files: File[];
  /** Every folder's address by its path; '' is the root. */
  folders: ReadonlyMap<string, string>;
  /** Of all files together, bytes. */
  size: number;
  /** Distinct blocks. */
  blockCount: number;
  /** Of {@link Dag.car}, bytes. */
  carSize: number;
  /** Every distinct block once, parents before children. Files are read again and checked again. */
  blocks(options?: { signal?: AbortSignal }): AsyncGenerator<Block, void, undefined>;
  /** All of it as one CARv1. Complete, by construction. */
  car(options?: { signal?: AbortSignal }): AsyncGenerator<Uint8Array, void, undefined>;
};

type Place =
  | { kind: 'node'; cid: CID; bytes: Uint8Array }
  | { kind: 'leaf'; cid: CID; entry: DagEntry; state: FileState | undefined; offset: number; length: number };

export type BuildDagOptions = {
  signal?: AbortSignal;
  progress?: Progress;
  /** Of all files together, for the progress; nothing else depends on it. */
  totalBytes?: number;
  /**
   * Folders that were addressed before, by the name they get at the top: the result is that of addressing all files
   * together, and none of them is read again.
   */
  folders?: Readonly<Record<string, Dag<DagFile>>>;
};

/** The blocks of a folder that was addressed, for when it becomes part of another one. */
const placesOf = new WeakMap<Dag, { root: CID; places: ReadonlyMap<string, Place> }>();

/**
 * Works out the addresses of a folder with these files, before anything is sent.
 *
 * @throws CONTENT_NAME_BAD, CONTENT_NAME_COLLISION, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE,
 * CONTENT_FILE_CHANGED
 */
export async function buildDag(
  entries: readonly DagEntry[],
  options: BuildDagOptions = {},
): Promise<Dag<DagFile>> {
  const { signal } = options;
  const folders = Object.entries(options.folders ?? {});
  const progress = options.progress ?? silentProgress;
  const byPath = checkPaths(entries);
  const places = new Map<string, Place>();
  const files: DagFile[] = [];
  const { importer } = await import('ipfs-unixfs-importer');

  const put = (place: Place) => {
    const key = cidKey(place.cid);
    if (!places.has(key)) places.set(key, place);
  };
  const keep = (cid: CID, bytes: Uint8Array) => put({ kind: 'node', cid, bytes });

  progress.start('Hashing', options.totalBytes, 'bytes');
  let root: CID | undefined;
  const results = importer(candidates(entries, signal), keepingBlockstore(keep), {
    profile: CID_PROFILE,
    wrapWithDirectory: true,
    fileImportConcurrency: FILES_AHEAD,
    // Folders are the importer's, files are ours: it would read each file in one stream on one core.
    fileBuilder: async (file) => {
      const path = file.originalPath ?? '';
      const entry = byPath.get(path);
      if (entry === undefined) throw new Error(`no entry for ${path}`);
      const built = await addressFile(entry, put, keep, (bytes) => progress.advance(bytes), signal);
      files.push({ path, size: built.size, sha256: toHex(built.sha256), cid: built.cid.toString() });
      return {
        cid: built.cid,
        path,
        originalPath: path,
        size: BigInt(built.tsize),
        ...(built.unixfs === undefined ? {} : { unixfs: built.unixfs }),
      };
    },
  });
  for await (const result of results) root = result.cid;
  if (root === undefined) throw new Error('the importer gave no root');
  for (const [name, dag] of folders) {
    const inner = placesOf.get(dag);
    if (inner === undefined) throw new RangeError('not a folder that was addressed here');
    for (const place of inner.places.values()) put(place);
    root = addFolder(root, name, inner.root, places, keep);
    for (const file of dag.files) files.push({ ...file, path: `${name}/${file.path}` });
  }
  progress.done();

  files.sort((a, b) => byBytes(a.path, b.path));
  return finish(root, files, places);
}

/**
 * As {@link buildDag} for one file that stands for itself: the root is the file's own address.
 *
 * @throws CONTENT_NAME_BAD, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE, CONTENT_FILE_CHANGED
 */
export async function buildFileRoot(entry: DagEntry, options: BuildDagOptions = {}): Promise<Dag<DagFile>> {
  checkPaths([entry]);
  const progress = options.progress ?? silentProgress;
  const places = new Map<string, Place>();
  const put = (place: Place) => {
    const key = cidKey(place.cid);
    if (!places.has(key)) places.set(key, place);
  };
  const keep = (cid: CID, bytes: Uint8Array) => put({ kind: 'node', cid, bytes });
  progress.start('Hashing', options.totalBytes, 'bytes');
  const built = await addressFile(entry, put, keep, (bytes) => progress.advance(bytes), options.signal);
  progress.done();
  const { path } = entry;
  const file = { path, size: built.size, sha256: toHex(built.sha256), cid: built.cid.toString() };
  return await finish(built.cid, [file], places);
}

/** The folder `root`, small enough to be one block, with one more link. */
function addFolder(
  root: CID,
  name: string,
  inner: CID,
  places: ReadonlyMap<string, Place>,
  keep: (cid: CID, bytes: Uint8Array) => void,
): CID {
  const node = nodeAt(root, places);
  const innerNode = nodeAt(inner, places);
  const innerBlock = places.get(cidKey(inner));
  if (node === undefined || innerNode === undefined || innerBlock?.kind !== 'node')
    throw new RangeError('only folders can be put together');
  if (node.Links.some((l) => l.Name === name))
    throw new SaharaError('CONTENT_NAME_COLLISION', { path: name, other: name });
  // UnixFS counts a link as large as all blocks below it, each as often as it is linked.
  const Tsize = innerNode.Links.reduce((sum, l) => sum + (l.Tsize ?? 0), innerBlock.bytes.length);
  const Links = [...node.Links, { Name: name, Hash: inner, Tsize }].sort((a, b) =>
    byBytes(a.Name ?? '', b.Name ?? ''),
  );
  const bytes = encode({ ...node, Links });
  if (bytes.length > MAX_FOLDER_BYTES) throw new RangeError('the folder would have to be sharded');
  const cid = cidV1(DAG_PB, sha256(bytes));
  keep(cid, bytes);
  return cid;
}

async function addressFile(
  entry: DagEntry,
  put: (place: Place) => void,
  keep: (cid: CID, bytes: Uint8Array) => void,
  advance: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<FileDag & { size: number }> {
  const leafIn = (state: FileState | undefined) => (cid: CID, offset: number, length: number) =>
    put({ kind: 'leaf', cid, entry, state, offset, length });
  const small = 'file' in entry ? readSmall(entry, CHUNK_BYTES) : undefined;
  if (small !== undefined) {
    return { ...smallFileDag(small.bytes, leafIn(small.state), advance), size: small.bytes.length };
  }
  const source = await openSource(entry);
  try {
    const built = await buildFileDag(source, leafIn(source.state), keep, advance, signal);
    return { ...built, size: source.size };
  } finally {
    await source.close();
  }
}

async function finish<File extends AddressedFile>(
  root: CID,
  files: File[],
  places: ReadonlyMap<string, Place>,
): Promise<Dag<File>> {
  const order: Place[] = [];
  const folders = await walkFolders(root, places);
  let carSize = carHeader([root]).length;
  for (const place of depthFirst(root, places)) {
    order.push(place);
    const length = place.kind === 'leaf' ? place.length : place.bytes.length;
    carSize += sectionHead(place.cid, length).length + length;
  }
  const blocks = (options: { signal?: AbortSignal } = {}) =>
    ordered(order, BLOCKS_AHEAD, async (place): Promise<Block> => {
      options.signal?.throwIfAborted();
      return place.kind === 'node' ? place : { cid: place.cid, bytes: await readAgain(place) };
    });
  const dag: Dag<File> = {
    root: root.toString(),
    rootDigest: toHex(root.multihash.digest),
    files,
    folders,
    size: files.reduce((sum, file) => sum + file.size, 0),
    blockCount: order.length,
    carSize,
    blocks,
    car: (options = {}) => exportCar([root], blocks(options)),
  };
  placesOf.set(dag, { root, places });
  return dag;
}

/** A leaf's bytes, from its file once more. Throws CONTENT_FILE_CHANGED when they are others by now. */
async function readAgain(place: Place & { kind: 'leaf' }): Promise<Uint8Array> {
  const { entry, cid } = place;
  const changed = () => new SaharaError('CONTENT_FILE_CHANGED', { path: entry.path });
  const asBefore = (state: FileState | undefined) =>
    place.state === undefined || state === undefined || sameState(place.state, state);
  const small = 'file' in entry && place.offset === 0 ? readSmall(entry, place.length) : undefined;
  if (small !== undefined) {
    if (!asBefore(small.state) || !matches(cid, small.bytes)) throw changed();
    return small.bytes;
  }
  const source = await openSource(entry);
  try {
    const bytes = Buffer.allocUnsafe(place.length);
    if (!asBefore(source.state)) throw changed();
    await source.read(bytes, place.offset);
    if (!matches(cid, bytes)) throw changed();
    return bytes;
  } finally {
    await source.close();
  }
}

function checkPaths(entries: readonly DagEntry[]): Map<string, DagEntry> {
  const byPath = new Map<string, DagEntry>();
  const folders = new Set<string>();
  for (const entry of entries) {
    const problem = pathProblem(entry.path);
    if (problem !== undefined)
      throw new SaharaError('CONTENT_NAME_BAD', { path: entry.path, reason: problem });
    if (byPath.has(entry.path)) {
      throw new SaharaError('CONTENT_NAME_COLLISION', { path: entry.path, other: entry.path });
    }
    byPath.set(entry.path, entry);
    for (let at = entry.path.indexOf('/'); at >= 0; at = entry.path.indexOf('/', at + 1)) {
      folders.add(entry.path.slice(0, at));
    }
  }
  for (const folder of folders) {
    if (byPath.has(folder))
      throw new SaharaError('CONTENT_NAME_COLLISION', { path: folder, other: `${folder}/` });
  }
  return byPath;
}

/** In byte order, so that equal folders meet the importer equally whatever the order of the entries. */
function* candidates(entries: readonly DagEntry[], signal: AbortSignal | undefined) {
  const placeholder = new Uint8Array(0);
  for (const entry of [...entries].sort((a, b) => byBytes(a.path, b.path))) {
    signal?.throwIfAborted();
    yield 'emptyFolder' in entry ? { path: entry.path } : { path: entry.path, content: placeholder };
  }
}

function keepingBlockstore(keep: (cid: CID, bytes: Uint8Array) => void) {
  return {
    // The importer hands over whatever it has; what it keeps using afterwards is a copy of its own.
    async put(cid: CID, value: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CID> {
      if (!(value instanceof Uint8Array)) throw new TypeError('a block in pieces');
      keep(cid, value);
      return cid;
    },
  };
}

function nodeAt(cid: CID, places: ReadonlyMap<string, Place>): PBNode | undefined {
  if (cid.code !== DAG_PB) return undefined;
  const place = places.get(cidKey(cid));
  if (place?.kind !== 'node') throw new Error(`the DAG lacks ${cid}`);
  return decode(place.bytes);
}

function* depthFirst(root: CID, places: ReadonlyMap<string, Place>): Generator<Place> {
  const seen = new Set<string>();
  const waiting = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    const key = cidKey(cid);
    if (seen.has(key)) continue;
    seen.add(key);
    const place = places.get(key);
    if (place === undefined) throw new Error(`the DAG lacks ${cid}`);
    yield place;
    for (const link of (nodeAt(cid, places)?.Links ?? []).toReversed()) waiting.push(link.Hash);
  }
}

/**
 * Addresses of all folders, from the finished nodes: inside of a sharded folder the importer reports
 * sub-folders under the wrong path.
 */
async function walkFolders(root: CID, places: ReadonlyMap<string, Place>): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  if (root.code !== DAG_PB) return folders;
  const get = async (cid: CID) => {
    const place = places.get(cidKey(cid));
    if (place?.kind !== 'node') throw new Error(`the DAG lacks ${cid}`);
    return place.bytes;
  };
  const waiting: { cid: CID; path: string }[] = [{ cid: root, path: '' }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const node = parseNode(at.cid, await get(at.cid));
    if (node.type === 'file') continue;
    folders.set(at.path, at.cid.toString());
    for await (const { name, cid } of folderEntries(get, at.cid, node)) {
      if (cid.code === DAG_PB) waiting.push({ cid, path: at.path === '' ? name : `${at.path}/${name}` });
    }
  }
  return folders;
}
