import { type Chain, latestBlock, readBlockTimes } from '../chain/index.ts';

/** A moment as people write it: a block, a date or time, or how long ago. */
export type Since = { block: bigint } | { time: number } | { ago: number };

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** "120" (a block), "2026-05-01", "2026-05-01T12:00:00Z", "7d"; undefined when it is none of these. Times in unix seconds. */
export function parseSince(text: string): Since | undefined {
  if (/^\d{1,15}$/.test(text)) return { block: BigInt(text) };
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  if (ago) return { ago: Number(ago[1]) * (SECONDS[ago[2] ?? 's'] ?? 1) };
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : { time: Math.floor(time / 1000) };
}

/** The first block at or after a moment; one past the latest where there is none yet. "Ago" counts back from the chain's own time. */
export async function blockSince(chain: Chain, since: Since): Promise<bigint> {
  const latest = await latestBlock(chain);
  if ('block' in since) return since.block;
  const timeOf = async (block: bigint) => (await readBlockTimes(chain, [block])).get(block) ?? 0;
  const now = await timeOf(latest);
  const wanted = 'time' in since ? since.time : now - since.ago;
  if (now < wanted) return latest + 1n;
  let low = 0n;
  let high = latest;
  while (low < high) {
    const middle = (low + high) / 2n;
    if ((await timeOf(middle)) < wanted) low = middle + 1n;
    else high = middle;
  }
  return low;
}
