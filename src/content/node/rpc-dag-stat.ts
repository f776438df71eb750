import { parseCid } from '../cid.ts';
import { DamagedBlock } from './pack-store.ts';
import { walkReach } from './reach.ts';
import { flag, type Handler, needArg } from './reply.ts';

/**
 * `dag/stat`: blocks and bytes of each DAG, or an error when one is not whole. Kubo names the first block that is
 * missing; here follow, after Kubo's words, all DAGs asked for that are not whole, so that one question is enough.
 * What was asked for stays for the grace period, as whoever asks is about to upload the rest; `hold=false`, which Kubo
 * does not know, is for who only wants to know.
 */
export const dagStat: Handler = async (node, call) => {
  needArg(call, 'root');
  flag(call, 'progress', true);
  const keep = flag(call, 'hold', true);
  const hold = node.store.hold();
  try {
    const stats: { Cid: string; Size: number; NumBlocks: number }[] = [];
    const incomplete: string[] = [];
    let first: Error | undefined;
    for (const arg of call.args) {
      const cid = parseCid(arg.replace(/\/$/, ''));
      const stat = { Cid: cid.toString(), Size: 0, NumBlocks: 0 };
      try {
        await walkReach(cid, {
          get: node.get,
          marks: node.store.marks(),
          lacking: (missing) => {
            throw new Error(`block was not found locally (offline): ipld: could not find ${missing}`);
          },
          visit: (block) => {
            stat.Size += node.store.size(block) ?? 0;
            stat.NumBlocks++;
            return keep ? hold.block(block) : true;
          },
          signal: call.signal,
        });
        stats.push(stat);
      } catch (error) {
        call.signal.throwIfAborted();
        if (!(error instanceof DamagedBlock) && !/could not find/.test((error as Error).message)) throw error;
        first ??= error as Error;
        incomplete.push(cid.toString());
      }
    }
    if (first !== undefined)
      throw new Error(`${first.message}; of these DAGs not whole: ${incomplete.join(' ')}`);
    return { json: { DagStats: stats } };
  } finally {
    hold.leave();
  }
};
