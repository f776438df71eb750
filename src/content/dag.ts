import { SaharaError } from '../base/errors.ts';
import { fromHex, type Hex, toHex } from '../base/hex.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { type Block, carHeader, exportCar, sectionHead } from './car.ts';
import { collectBlocks } from './collect-blocks.ts';
import type { DagParts } from './dag-parts.ts';
import type { FolderNode } from './folder-dag.ts';
import { cidOf, cidText, type Key, keyOf } from './key.ts';
import { byBytes } from './names.ts';
import { blocksOf, type Places, partsOf } from './places.ts';
import type { DagEntry } from './source.ts';
import { checkedEntries, folderTree } from './tree.ts';

export type { DagEntry } from './source.ts';

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
  /** Its blocks one by one, where they can be read so: for uploads that send a part of them. */
  parts?: DagParts;
};

/**
 * Takes each distinct block once, children before parents, while it is in memory anyway: files are read once then.
 * The bytes are the sink's from then on, unless they are lent. What it got of a build that fails is of no use, and does no harm.
 */
export type BlockSink = (block: Block) => Promise<void>;

export type BuildDagOptions = {
  signal?: AbortSignal;
  progress?: Progress;
  /** Of all files together, for the progress; nothing else depends on it. */
  totalBytes?: number;
  sink?: BlockSink;
  /** The bytes are lent to the sink until its promise is settled, which saves memory for each block. Default false. */
  lend?: boolean;
  /**
   * Folders that were addressed before, by the name they get at the top: the result is that of addressing all files
   * together, and none of them is read again. Their blocks do not go to the sink.
   */
  folders?: Readonly<Record<string, Dag<DagFile>>>;
};

/** The blocks of what was addressed, for when it becomes part of another folder. */
const innards = new WeakMap<object, { tsize: number; places: Places }>();

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
  return await addressFolder(entries, options, true, (file, sha256) => {
    if (sha256 === undefined) throw new TypeError('a file without its digest');
    return { ...file, sha256: `0x${Buffer.from(sha256, 'latin1').toString('hex')}` };
  });
}

/** As {@link buildDag} without the files' own digests: they take as long as the addresses. */
export async function buildPlainDag(
  entries: readonly DagEntry[],
  options: BuildDagOptions = {},
): Promise<Dag> {
  return await addressFolder(entries, options, false, (file) => file);
}

/**
 * As {@link buildPlainDag} for one file that stands for itself: the root is the file's own address.
 *
 * @throws CONTENT_NAME_BAD, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE, CONTENT_FILE_CHANGED
 */
export async function buildFileRoot(entry: DagEntry, options: BuildDagOptions = {}): Promise<Dag> {
  checkedEntries([entry]);
  if ('emptyFolder' in entry) throw new TypeError('a folder is no file');
  const progress = options.progress ?? silentProgress;
  const blocks = collectBlocks(options, false);
  progress.start('Hashing', options.totalBytes, 'bytes');
  const { key, tsize, size } = await blocks.file(entry);
  progress.done();
  const files = [{ path: entry.path, size, cid: cidText(key) }];
  return dagOf({ key, tsize }, files, new Map(), blocks.places);
}

async function addressFolder<File extends AddressedFile>(
  entries: readonly DagEntry[],
  options: BuildDagOptions,
  digest: boolean,
  asFile: (file: AddressedFile, sha256: string | undefined) => File,
): Promise<Dag<File>> {
  const progress = options.progress ?? silentProgress;
  const sorted = checkedEntries(entries);
  const blocks = collectBlocks(options, digest);
  const tree = folderTree();
  const files: File[] = [];
  const inner = new Map<string, string>();

  progress.start('Hashing', options.totalBytes, 'bytes');
  for (const entry of sorted) {
    if ('emptyFolder' in entry) {
      tree.ensure(entry.path);
      continue;
    }
    const { path } = entry;
    const { key, tsize, size, sha256 } = await blocks.file(entry);
    tree.add(path, key, tsize);
    files.push(asFile({ path, size, cid: cidText(key) }, sha256));
  }
  for (const [name, dag] of Object.entries(options.folders ?? {})) {
    const known = innards.get(dag);
    if (known === undefined) throw new RangeError('not a folder that was addressed here');
    if (sorted.some(({ path }) => path === name || path.startsWith(`${name}/`)))
      throw new SaharaError('CONTENT_NAME_COLLISION', { path: name, other: name });
    blocks.adopt(known.places);
    tree.add(name, keyOf(dag.root), known.tsize);
    for (const [path, cid] of dag.folders) inner.set(path === '' ? name : `${name}/${path}`, cid);
    for (const { path, size, cid, sha256 } of dag.files)
      files.push(
        asFile({ path: `${name}/${path}`, size, cid }, Buffer.from(fromHex(sha256)).toString('latin1')),
      );
  }
  const nodes: [Key, Uint8Array][] = [];
  const folders = tree.finish((key, bytes) => nodes.push([key, bytes]));
  for (const [key, bytes] of nodes) await blocks.node(key, bytes);
  progress.done();

  files.sort((a, b) => byBytes(a.path, b.path));
  for (const [path, { key }] of folders) inner.set(path, cidText(key));
  return dagOf(folders.get('') as FolderNode, files, inner, blocks.places);
}

function dagOf<File extends AddressedFile>(
  { key, tsize }: FolderNode,
  files: File[],
  folders: ReadonlyMap<string, string>,
  places: Places,
): Dag<File> {
  const root = cidOf(key);
  let carSize = carHeader([root]).length;
  for (const place of places.values()) {
    const length = place.kind === 'leaf' ? place.length : place.bytes.length;
    carSize += sectionHead(root, length).length + length;
  }
  const blocks = (options: { signal?: AbortSignal } = {}) => blocksOf(key, places, options.signal);
  const dag: Dag<File> = {
    root: root.toString(),
    rootDigest: toHex(root.multihash.digest),
    files,
    folders,
    size: files.reduce((sum, file) => sum + file.size, 0),
    blockCount: places.size,
    carSize,
    blocks,
    car: (options = {}) => exportCar([root], blocks(options)),
    parts: partsOf(key, places),
  };
  innards.set(dag, { tsize, places });
  return dag;
}
