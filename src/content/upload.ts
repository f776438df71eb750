import { randomBytes } from 'node:crypto';
import { formatBytes } from '../base/amount.ts';
import { isError, SaharaError } from '../base/errors.ts';
import { silentLogger, silentProgress } from '../base/progress.ts';
import { carHeader, exportCar, sectionHead } from './car.ts';
import type { Dag } from './dag.ts';
import { partsFromBlocks } from './dag-parts.ts';
import { missingFrom, shapeOf } from './probe.ts';
import { type Retries, withRetries } from './retry.ts';
import type { Rpc } from './rpc.ts';
import type { PutOptions, PutResult } from './store.ts';

/** A DAG up to this size is sent without asking what of it is there. Bytes. */
export const UNASKED_BYTES = 64 * 1024;
/**
 * So much is sent, and acknowledged, at once: at first this, and twice as much each time, up to that. The larger, the less
 * often both sides wait while the node makes it durable; but what a connection loses may have to be sent again, and is so
 * never more than twice what came through before, but for the first. Bytes.
 */
export const [FIRST_CAR_BYTES, CAR_BYTES] = [64 * 1024 * 1024, 256 * 1024 * 1024];
/** Where connections do not last, CARs get smaller, down to this. Bytes. */
const SMALLEST_CAR_BYTES = 1024 * 1024;
/** How often what a node lacks is looked for again after it had seemed complete. */
const ROUNDS = 3;

/**
 * Sends what a node lacks of a DAG, and pins it. A CAR counts once the node has acknowledged each block of it; when it
 * did not, the node is asked again what it lacks. Nothing is remembered here: whoever stops and starts again asks the node
 * what it has.
 */
export async function upload(rpc: Rpc, api: string, dag: Dag, put: PutOptions): Promise<PutResult> {
  const { signal, progress = silentProgress, logger = silentLogger } = put;
  const silence = put.timeoutMs ?? 120_000;
  const retrying: Retries = {
    retries: put.retries ?? 4,
    retryDelayMs: put.retryDelayMs ?? 500,
    logger,
    signal,
  };
  const parts = dag.parts ?? partsFromBlocks(dag.blocks);
  const shape = await shapeOf(parts);
  const { blocks } = shape;
  const sent = { bytes: 0, blocks: 0 };

  for (let round = 1; ; round++) {
    const missing =
      dag.carSize <= UNASKED_BYTES
        ? blocks.map((_, i) => i)
        : await withRetries(
            retrying,
            () => missingFrom(rpc, shape, signal),
            () => 'It is asked again what it has.',
          );
    await send(missing);
    if (await pinned(round)) break;
    logger.warn(`${api} has lost blocks while the rest was sent; they are sent again`);
  }
  return {
    root: dag.root,
    sentBytes: sent.bytes,
    blocksSent: sent.blocks,
    blocksThere: Math.max(0, blocks.length - sent.blocks),
  };

  /** The import takes no name; and the pin makes the node walk the DAG, so it can only succeed when all is there. */
  async function pinned(round: number): Promise<boolean> {
    const query = { arg: dag.root, recursive: true, name: put.name, offline: true };
    try {
      const answer = await withRetries(
        retrying,
        () => rpc.json({ endpoint: 'pin/add', query, timeoutMs: silence, signal }),
        () => 'It is asked again to keep the content.',
      );
      const pins = (answer as { Pins?: unknown } | null)?.Pins;
      if (Array.isArray(pins) && pins.includes(dag.root)) return true;
      throw rejected('pin/add', 'its answer does not name what was to be pinned');
    } catch (error) {
      if (!isError(error, 'CONTENT_NOT_FOUND') && !isError(error, 'CONTENT_CORRUPT')) throw error;
      if (round < ROUNDS) return false;
      const words = error.cause instanceof Error ? error.cause.message : error.message;
      throw rejected('pin/add', `it acknowledged all blocks and lacks some: ${words}`);
    }
  }

  async function send(missing: readonly number[]): Promise<void> {
    if (missing.length === 0) return;
    const bytesOf = (some: readonly number[]) => some.reduce((sum, i) => sum + sectionBytes(i), 0);
    progress.start('Uploading', headBytes(missing[0] ?? 0) + bytesOf(missing), 'bytes');
    const most = put.carBytes ?? CAR_BYTES;
    let limit = Math.min(FIRST_CAR_BYTES, most);
    let acknowledged = 0;
    let shown = 0;
    const show = (bytes: number) => {
      // What is sent again was shown before.
      if (bytes > shown) progress.advance(bytes - shown);
      shown = Math.max(shown, bytes);
    };
    let isCutOff = false;
    for (let rest = missing; rest.length > 0; ) {
      await withRetries(
        retrying,
        async () => {
          if (isCutOff) {
            // Of a CAR that was cut off a node may have taken what came before.
            const lacking = new Set(await missingFrom(rpc, shape, signal));
            const before = bytesOf(rest);
            rest = rest.filter((i) => lacking.has(i));
            acknowledged += before - bytesOf(rest);
            isCutOff = false;
          }
          if (rest.length === 0) return;
          let end = 1;
          let bytes = sectionBytes(rest[0] ?? 0);
          for (; end < rest.length && bytes + sectionBytes(rest[end] ?? 0) <= limit; end++)
            bytes += sectionBytes(rest[end] ?? 0);
          const batch = rest.slice(0, end);
          bytes += headBytes(batch[0] ?? 0);
          await sendCar(batch, bytes, (written) => show(acknowledged + written));
          rest = rest.slice(end);
          acknowledged += bytes;
          sent.bytes += bytes;
          sent.blocks += batch.length;
        },
        () => {
          isCutOff = true;
          const smaller = Math.min(FIRST_CAR_BYTES, limit) / 2;
          limit = Math.max(Math.min(most, SMALLEST_CAR_BYTES), Math.floor(smaller));
          return `Sending goes on after ${formatBytes(acknowledged)} that it acknowledged.`;
        },
      );
      limit = Math.min(most, limit * 2);
    }
    progress.done();
  }

  function headBytes(first: number): number {
    const block = blocks[first];
    return block === undefined ? 0 : carHeader([block.cid]).length;
  }

  function sectionBytes(i: number): number {
    const block = blocks[i];
    return block === undefined ? 0 : sectionHead(block.cid, block.length).length + block.length;
  }

  /** One CAR, whole in itself: its root is its first block. */
  async function sendCar(
    batch: readonly number[],
    length: number,
    written: (bytes: number) => void,
  ): Promise<void> {
    const cids = batch.flatMap((i) => blocks[i]?.cid ?? []);
    const boundary = `sahara-${randomBytes(16).toString('hex')}`;
    const head = Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="release.car"\r\n` +
        'Content-Type: application/vnd.ipld.car\r\n\r\n',
    );
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const chunks = async function* () {
      yield head;
      let done = 0;
      // Not hashed once more: the node does that with each block, and must.
      for await (const chunk of exportCar(cids.slice(0, 1), parts.pick(cids, { signal, hash: false }))) {
        yield chunk;
        done += chunk.length;
        written(done);
      }
      if (done !== length) throw new Error(`a CAR of ${done} bytes instead of ${length}`);
      yield tail;
    };
    const type = `multipart/form-data; boundary=${boundary}`;
    try {
      const answers = await rpc.lines({
        endpoint: 'dag/import',
        query: { 'pin-roots': false, stats: true, 'allow-big-block': false },
        body: { type, length: head.length + length + tail.length, chunks: chunks() },
        timeoutMs: silence,
        signal,
      });
      const stats = answers.find((line) => typeof line === 'object' && line !== null && 'Stats' in line);
      const count = (stats as { Stats?: { BlockCount?: unknown } } | undefined)?.Stats?.BlockCount;
      if (count !== cids.length)
        throw rejected('dag/import', `it acknowledged ${String(count ?? 'none')} of ${cids.length} blocks`);
    } catch (error) {
      // A file may have changed without its state saying so: then its bytes are what the node did not like.
      if (isError(error, 'CONTENT_REJECTED') || isError(error, 'CONTENT_CORRUPT'))
        for await (const _ of parts.pick(cids, { signal, hash: true }));
      throw error;
    }
  }

  function rejected(action: string, message: string): SaharaError {
    return new SaharaError('CONTENT_REJECTED', { api, action, message });
  }
}
