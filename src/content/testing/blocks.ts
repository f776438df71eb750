import { encode, type PBLink, prepare } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { type Block, exportCar } from '../car.ts';
import { cidV1, DAG_PB, IDENTITY, RAW, sha256 } from '../cid.ts';
import { collect } from './collect.ts';

/* Blocks as no tool of ours makes them. */

export function raw(bytes: Uint8Array | string): Block {
  const data = Buffer.from(bytes);
  return { cid: cidV1(RAW, sha256(data)), bytes: data };
}

export function block(codec: number, bytes: Uint8Array): Block {
  return { cid: cidV1(codec, sha256(bytes)), bytes };
}

export function identity(bytes: Uint8Array | string, codec = RAW): CID {
  return CID.createV1(codec, createDigest(IDENTITY, Buffer.from(bytes)));
}

export type Link = { name: string; to: Block | CID; size?: number };

const links = (all: readonly Link[]): PBLink[] =>
  all.map(({ name, to, size }) => ({
    Name: name,
    Hash: 'bytes' in to && 'cid' in to ? to.cid : (to as CID),
    Tsize: size ?? ('cid' in to ? (to as Block).bytes.length : 0),
  }));

/** A folder with these entries in this order, whatever their names are. */
export function folder(entries: readonly Link[]): Block {
  const data = new UnixFS({ type: 'directory' }).marshal();
  // prepare() would sort; the order of equal names is ours.
  return block(DAG_PB, encode({ Data: data, Links: prepare({ Data: data, Links: links(entries) }).Links }));
}

/** A shard of a folder: names begin with two hexadecimal digits; those with nothing after them lead to shards. */
export function shard(entries: readonly Link[], fanout = 256): Block {
  const data = new UnixFS({
    type: 'hamt-sharded-directory',
    data: new Uint8Array(32),
    fanout: BigInt(fanout),
    hashType: 0x22n,
  }).marshal();
  return block(DAG_PB, encode(prepare({ Data: data, Links: links(entries) })));
}

/** An inner node of a file that says of its parts what it is told to say. Sizes in bytes. */
export function fileNode(parts: readonly { to: Block | CID; size: bigint }[], own?: Uint8Array): Block {
  const unixfs = new UnixFS({ type: 'file', ...(own === undefined ? {} : { data: own }) });
  for (const { size } of parts) unixfs.addBlockSize(size);
  const all = parts.map(({ to, size }) => ({ name: '', to, size: Number(BigInt.asUintN(32, size)) }));
  return block(
    DAG_PB,
    encode(prepare({ Data: unixfs.marshal(), Links: links(all) }), { fieldOrder: 'links-first' }),
  );
}

export async function carOf(
  blocks: readonly Block[],
  roots: readonly CID[] = blocks.slice(0, 1).map((b) => b.cid),
): Promise<Buffer> {
  return Buffer.concat(await collect(exportCar(roots, blocks)));
}

/** Sends a CAR as `ipfs dag import` does. */
export async function sendCar(
  api: string,
  car: Uint8Array,
  query = 'pin-roots=false',
): Promise<{ status: number; text: string }> {
  const form = new FormData();
  form.append('path', new Blob([car as Uint8Array<ArrayBuffer>]), 'x.car');
  const answer = await fetch(`${api}/api/v0/dag/import?${query}`, { method: 'POST', body: form });
  return { status: answer.status, text: await answer.text() };
}
