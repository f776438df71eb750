import type { CID } from '../cid.ts';
import { nameProblem } from '../names.ts';
import { fileBytes, folderEntries, readNode, type UnixNode, unsafe } from '../unixfs.ts';
import { BadRequest, type ContentNode } from './node.ts';
import { flag, type Handler, needArg } from './reply.ts';
import { type TarEntry, tar } from './tar.ts';

/** Deeper folders do not fit into the paths of common systems. */
const MAX_DEPTH = 128;
/** More files and folders than these are no content but a few blocks that link to each other without end. */
const MAX_ENTRIES = 1_000_000;

/** `get`: a file or folder as a tar, under the last name of its path. */
export const get: Handler = async (node, call) => {
  const arg = needArg(call, 'ipfs-path');
  if (flag(call, 'compress', false)) throw new BadRequest('option "compress" is not supported');
  const found = await node.resolve(arg);
  const name = found.path.split('/').at(-1) || found.root.toString();
  const type = 'application/x-tar';
  return { bytes: tar(entries(node, name, found.cid, found.node, 0, { count: 0 }, call.signal)), type };
};

async function* entries(
  node: ContentNode,
  path: string,
  cid: CID,
  found: UnixNode,
  depth: number,
  seen: { count: number },
  signal: AbortSignal,
): AsyncGenerator<TarEntry, void, undefined> {
  signal.throwIfAborted();
  if (++seen.count > MAX_ENTRIES) throw unsafe(cid, `it holds more than ${MAX_ENTRIES} entries`);
  if (depth > MAX_DEPTH) throw unsafe(cid, `its folders are more than ${MAX_DEPTH} deep`);
  if (found.type === 'symlink') throw unsafe(cid, 'it holds a symbolic link');
  if (found.type === 'file') {
    yield { path, type: 'file', size: found.size, body: fileBytes(node.get, cid, found) };
    return;
  }
  yield { path, type: 'folder' };
  for await (const entry of folderEntries(node.get, cid, found)) {
    // Whoever unpacks this trusts us with their disk.
    const problem = nameProblem(entry.name);
    if (problem !== undefined) throw unsafe(cid, problem);
    const child = await readNode(node.get, entry.cid);
    yield* entries(node, `${path}/${entry.name}`, entry.cid, child, depth + 1, seen, signal);
  }
}
