import { SaharaError } from '../base/errors.ts';
import { type CID, inlined, MAX_BLOCK_BYTES, matches } from './cid.ts';
import type { Rpc } from './rpc.ts';
import type { GetBlock } from './unixfs.ts';

/**
 * Reads blocks of a node, each checked against its address.
 *
 * @returns throws CONTENT_NOT_FOUND, CONTENT_CORRUPT, and what the RPC throws
 */
export function blockGetter(rpc: Rpc, signal?: AbortSignal): GetBlock {
  return async (cid: CID) => {
    const own = inlined(cid);
    if (own !== undefined) return own;
    // Offline: a Kubo that is connected would search the network for what it lacks, for minutes.
    const query = { arg: cid.toString(), offline: true };
    let bytes: Uint8Array;
    try {
      bytes = await rpc.bytes({ endpoint: 'block/get', query, signal }, MAX_BLOCK_BYTES);
    } catch (error) {
      if (!(error instanceof SaharaError) || error.id !== 'CONTENT_TOO_LARGE') throw error;
      const reason = `it has more than ${MAX_BLOCK_BYTES} bytes`;
      throw new SaharaError('CONTENT_CORRUPT', { cid: cid.toString(), reason }, { cause: error });
    }
    if (matches(cid, bytes)) return bytes;
    throw new SaharaError('CONTENT_CORRUPT', { cid: cid.toString(), reason: 'its bytes have another hash' });
  };
}
