import { carHeader, sectionHead } from './car.ts';
import type { Dag } from './dag.ts';
import { partsFromBlocks } from './dag-parts.ts';
import { missingFrom, shapeOf } from './probe.ts';
import type { Rpc } from './rpc.ts';
import type { PutOptions } from './store.ts';
import { CAR_BYTES, FIRST_CAR_BYTES, UNASKED_BYTES } from './upload.ts';

/**
 * What an upload would send of a DAG if nothing went wrong, found by the questions that it asks first. Bytes.
 *
 * @throws CONTENT_UNAVAILABLE, REMOTE_DENIED
 */
export async function foreseeUpload(
  rpc: Rpc,
  dag: Dag,
  { signal, carBytes = CAR_BYTES }: Pick<PutOptions, 'signal' | 'carBytes'> = {},
): Promise<number> {
  const shape = await shapeOf(dag.parts ?? partsFromBlocks(dag.blocks));
  const missing =
    dag.carSize <= UNASKED_BYTES ? [...shape.blocks.keys()] : await missingFrom(rpc, shape, signal);
  let bytes = 0;
  let room = 0;
  let limit = Math.min(FIRST_CAR_BYTES, carBytes);
  for (const i of missing) {
    const block = shape.blocks[i];
    if (block === undefined) continue;
    const section = sectionHead(block.cid, block.length).length + block.length;
    if (section > room) {
      bytes += carHeader([block.cid]).length;
      room = limit;
      limit = Math.min(carBytes, limit * 2);
    }
    room -= section;
    bytes += section;
  }
  return bytes;
}
