import { decode } from '@ipld/dag-pb';
import { SaharaError } from '../base/errors.ts';
import { type CID, cidKey, inlined } from './cid.ts';
import type { DagParts, Part } from './dag-parts.ts';
import type { Rpc } from './rpc.ts';

/** A DAG in memory, by position: what it takes to ask a node which part of it is there. */
export type Shape = {
  /** In the order of sending: parents before children. */
  blocks: { cid: CID; key: string; length: number; kids: number[] | undefined; below: number }[];
};

/** DAGs asked about in one request: their addresses make up its first line, of which servers take 8 KiB. */
const GROUP = 96;
/** Requests under way at the same time. */
const ASKING = 8;
/** So many bytes are sent sooner than asked about once more. */
const CHEAP_BYTES = 64 * 1024;

export async function shapeOf(parts: DagParts): Promise<Shape> {
  const found: Part[] = [];
  const at = new Map<string, number>();
  const keys: string[] = [];
  for await (const part of parts.outline()) {
    const key = cidKey(part.cid);
    at.set(key, found.length);
    keys.push(key);
    found.push(part);
  }
  const blocks: Shape['blocks'] = found.map(({ cid, length, node }, i) => {
    const kids =
      node === undefined
        ? undefined
        : [
            ...new Set(
              decode(node)
                .Links.filter((l) => inlined(l.Hash) === undefined)
                .map((l) => at.get(cidKey(l.Hash))),
            ),
          ].map((kid) => {
            if (kid === undefined) throw new Error(`the DAG lacks a block below ${cid}`);
            return kid;
          });
    return { cid, key: keys[i] as string, length, kids, below: length };
  });
  sumBelow(blocks);
  return { blocks };
}

/** Bytes of each block with all below it. What is linked more than once counts more than once: it is a bound. */
function sumBelow(blocks: Shape['blocks']): void {
  const done = new Set<number>();
  // In depth-first order a block may stand before a node that links to it as well, so order alone does not do.
  const waiting = [0];
  while (waiting.length > 0) {
    const i = waiting.at(-1) as number;
    const block = blocks[i];
    const open = block?.kids?.filter((kid) => !done.has(kid)) ?? [];
    if (open.length > 0 && !done.has(i)) {
      for (const kid of open) waiting.push(kid);
      continue;
    }
    waiting.pop();
    if (done.has(i) || block === undefined) continue;
    done.add(i);
    for (const kid of block.kids ?? []) block.below += blocks[kid]?.below ?? 0;
  }
}

/**
 * Which blocks a node lacks, by position, in the order of sending. Asked from the root down: what is whole is not
 * looked into. `dag/stat` says of many DAGs in one request that all of them are whole; so for what is there it takes
 * a request for about a hundred children of each node that is not whole, and a few for each run of blocks that are
 * missing. Nodes that are not whole are sent whether they are there or not, and small blocks sooner than asked about.
 *
 * @throws CONTENT_UNAVAILABLE, REMOTE_DENIED
 */
export async function missingFrom(
  rpc: Rpc,
  shape: Shape,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const { blocks } = shape;
  const missing = new Set<number>();
  const asked = new Set<number>([0]);
  const asking = asker(rpc, shape, signal);
  let level = [0];
  while (level.length > 0) {
    const next: number[] = [];
    for (const i of await asking(level)) {
      missing.add(i);
      const { kids = [], below } = blocks[i] as Shape['blocks'][number];
      if (below <= CHEAP_BYTES) for (const kid of family(shape, kids)) missing.add(kid);
      else
        for (const kid of kids) {
          if (missing.has(kid) || asked.has(kid)) continue;
          asked.add(kid);
          next.push(kid);
        }
    }
    level = next;
  }
  // By construction; but what would be sent otherwise could never be completed.
  for (const i of missing)
    for (const kid of blocks[i]?.kids ?? [])
      if (!missing.has(kid) && !asked.has(kid)) throw new Error(`${blocks[kid]?.cid} would be left out`);
  return [...missing].sort((a, b) => a - b);
}

/** These and all below them. */
function family({ blocks }: Shape, roots: readonly number[]): Set<number> {
  const found = new Set<number>();
  const waiting = [...roots];
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    if (found.has(i)) continue;
    found.add(i);
    waiting.push(...(blocks[i]?.kids ?? []));
  }
  return found;
}

/** Of a list of blocks, gives those that are not there with all below them. */
function asker(
  rpc: Rpc,
  { blocks }: Shape,
  signal: AbortSignal | undefined,
): (level: readonly number[]) => Promise<number[]> {
  // What a node does not answer is not asked again.
  let canStat = true;
  let canStatBlock = true;
  const textOf = (i: number) => blocks[i]?.cid.toString() ?? '';
  const bytesOf = (list: readonly number[]) => list.reduce((sum, i) => sum + (blocks[i]?.below ?? 0), 0);

  /** Undefined: the node has no answer to such a question. */
  async function ask<R>(
    endpoint: string,
    arg: string[],
    judge: (answer: unknown) => R,
  ): Promise<R | undefined> {
    try {
      const query = { arg, offline: true, ...(endpoint === 'dag/stat' ? { progress: false } : {}) };
      const answers = await rpc.lines({ endpoint, query, signal });
      return judge(answers.at(-1));
    } catch (error) {
      if (!(error instanceof SaharaError)) throw error;
      if (error.id === 'CONTENT_UNAVAILABLE' || error.id === 'REMOTE_DENIED') throw error;
      if (error.id === 'CONTENT_NOT_FOUND' || error.id === 'CONTENT_CORRUPT') return judge(error);
      return undefined;
    }
  }

  /** @param run bytes of those right before these, where they were missing */
  async function lacking(group: readonly number[], run = 0): Promise<number[]> {
    if (group.length === 0) return [];
    const texts = group.map(textOf);
    const answer = canStat ? await ask('dag/stat', texts, (a) => judgeStat(a, texts)) : undefined;
    if (answer === undefined) {
      canStat = false;
      return await oneByOne(group);
    }
    if (answer === 'whole') return [];
    if ('incomplete' in answer) return group.filter((_, k) => answer.incomplete.has(texts[k] ?? ''));
    if (group.length === 1 || bytesOf(group) <= CHEAP_BYTES) return [...group];
    // Kubo goes through them in order: those before the one that it names are whole.
    const first = texts.indexOf(answer.names);
    if (first >= 0) {
      const before = first === 0 ? run : 0;
      const taken = missed(group.slice(first), before);
      return [...taken, ...(await lacking(group.slice(first + taken.length), before + bytesOf(taken)))];
    }
    const half = group.length >> 1;
    return [...(await lacking(group.slice(0, half))), ...(await lacking(group.slice(half)))];
  }

  /** The first, and after others that were missing as much unasked as those: Kubo names only one in each answer. */
  function missed(group: readonly number[], run: number): readonly number[] {
    if (run === 0) return group.slice(0, 1);
    let room = run + bytesOf(group.slice(0, 1)) + CHEAP_BYTES;
    let end = 1;
    for (; end < group.length; end++) {
      room -= bytesOf(group.slice(end, end + 1));
      if (room < 0) break;
    }
    return group.slice(0, end);
  }

  async function oneByOne(group: readonly number[]): Promise<number[]> {
    const out: number[] = [];
    for (const i of group) {
      const { kids, length = 0 } = blocks[i] ?? {};
      // That a node is there says nothing about what is below it.
      if (kids !== undefined || length <= CHEAP_BYTES || !canStatBlock) {
        out.push(i);
        continue;
      }
      const there = await ask('block/stat', [textOf(i)], (a) => judgeBlock(a, length));
      if (there === undefined) canStatBlock = false;
      if (there !== true) out.push(i);
    }
    return out;
  }

  return async (level) => {
    const size = Math.min(GROUP, Math.max(1, canStat ? GROUP : 8));
    const groups: number[][] = [];
    for (let k = 0; k < level.length; k += size) groups.push(level.slice(k, k + size));
    const out: number[] = [];
    let failed: { error: unknown } | undefined;
    const work = async () => {
      for (let g = groups.shift(); g !== undefined && failed === undefined; g = groups.shift()) {
        await lacking(g).then(
          (list) => out.push(...list),
          (error) => {
            failed ??= { error };
          },
        );
      }
    };
    await Promise.all(Array.from({ length: ASKING }, work));
    if (failed !== undefined) throw (failed as { error: unknown }).error;
    return out;
  };
}

type StatAnswer = 'whole' | { incomplete: ReadonlySet<string> } | { names: string };

/** What an answer to `dag/stat` says; undefined when it says nothing that can be understood. */
function judgeStat(answer: unknown, asked: readonly string[]): StatAnswer | undefined {
  if (answer instanceof SaharaError) {
    const words = wordsOf(answer);
    const list = /of these DAGs not whole: ([\w ]+)$/.exec(words)?.[1]?.split(' ');
    if (list?.every((cid) => asked.includes(cid))) return { incomplete: new Set(list) };
    return { names: /could not find (\w+)/.exec(words)?.[1] ?? '' };
  }
  const stats = (answer as { DagStats?: { Cid?: unknown; NumBlocks?: unknown }[] } | undefined)?.DagStats;
  if (!Array.isArray(stats) || stats.length !== asked.length) return undefined;
  const isSound = stats.every(({ Cid, NumBlocks }, i) => {
    const cid = typeof Cid === 'string' ? Cid : (Cid as { '/'?: unknown } | undefined)?.['/'];
    return cid === asked[i] && typeof NumBlocks === 'number' && NumBlocks >= 1;
  });
  return isSound ? 'whole' : undefined;
}

function judgeBlock(answer: unknown, length: number): boolean | undefined {
  if (answer instanceof SaharaError) return false;
  const size = (answer as { Size?: unknown } | undefined)?.Size;
  return typeof size === 'number' ? size === length : undefined;
}

/** A node's own words, which our errors carry as their cause. */
function wordsOf(error: SaharaError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
