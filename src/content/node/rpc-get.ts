import type { CID } from '../cid.ts';
import { nameProblem } from '../names.ts';
import { fileBytes, folderEntries, readNode, type UnixNode, unsafe } from '../unixfs.ts';
import { BadRequest, type ContentNode } from './node.ts';
import { flag, type Handler, needArg } from './reply.ts';
import { type TarEntry, tar } from './tar.ts';

/** Deeper folders do not fit into the paths of common systems. */
const MAX_DEPTH = 128;

/** `get`: a file or folder as a tar, under the last name of its path. */
export const get: Handler = async (node, call) => {
  const arg = needArg(call, 'ipfs-path');
  if (flag(call, 'compress', false)) throw new BadRequest('option "compress" is not supported');
  const found = await node.resolve(arg);
  const name = found.path.split('/').at(-1) || found.root.toString();
  const type = 'application/x-tar';
  return { bytes: tar(entries(node, name, found.cid, found.node, 0)), type };
};

async function* entries(
  node: ContentNode,
  path: string,
  cid: CID,
  found: UnixNode,
  depth: number,
): AsyncGenerator<TarEntry, void, undefined> {
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
    yield* entries(node, `${path}/${entry.name}`, entry.cid, await readNode(node.get, entry.cid), depth + 1);
  }
}
