import type { Worker } from 'node:worker_threads';

/**
 * Proves records in a thread of its own: that each block is what its address says, and then its checksum. For the thread
 * that receives them this would be a third of its work, and a thread pool would first copy every byte.
 */
export type Prover = {
  /**
   * Writes the checksums of the records that hold their address.
   *
   * @param at where they begin. Bytes
   * @returns which of them does not, the first; undefined when all do
   */
  prove(memory: Uint8Array, at: readonly number[]): Promise<number | undefined>;
  close(): Promise<void>;
};

/** Nothing is started before it is needed. It keeps no process alive. */
export function openProver(): Prover {
  let worker: Worker | undefined;
  let waiting: { resolve: (bad: number | undefined) => void; reject: (error: Error) => void }[] = [];

  function start(): Worker {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    // From its own words: so it needs no file beside the bundle.
    const begun = new Worker(`(${answer})(${proveHere})`, { eval: true, stdin: false });
    const end = (error: Error) => {
      const left = waiting;
      waiting = [];
      if (worker === begun) worker = undefined;
      for (const { reject } of left) reject(error);
    };
    begun.on('message', (bad: number | undefined) => waiting.shift()?.resolve(bad));
    begun.on('error', end);
    begun.on('exit', () => end(new Error('the thread that checks blocks has ended')));
    begun.unref();
    return begun;
  }

  return {
    async prove(memory, at) {
      if (!(memory.buffer instanceof SharedArrayBuffer)) return proveHere(memory, at);
      worker ??= start();
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      waiting.push({ resolve, reject });
      worker.postMessage({ memory, at });
      return await promise;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** What the thread does. It has nothing but what is written here. */
function answer(prove: typeof proveHere): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  parentPort?.on('message', ({ memory, at }: { memory: Uint8Array; at: number[] }) => {
    parentPort.postMessage(prove(memory, at));
  });
}

/** Records are laid out as in `pack-record.ts`; their addresses end in a sha2-256 digest. It has nothing but what is written here. */
function proveHere(memory: Uint8Array, at: readonly number[]): number | undefined {
  const { hash } = process.getBuiltinModule('node:crypto');
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const all = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
  for (const [i, begin] of at.entries()) {
    const from = begin + 16 + all.readUInt16LE(begin + 4);
    const data = all.subarray(from, from + all.readUInt32LE(begin + 8));
    if (all.compare(hash('sha256', data, 'buffer'), 0, 32, from - 32, from) !== 0) return i;
    const head = crc32(all.subarray(begin + 16, from), crc32(all.subarray(begin + 4, begin + 12)));
    all.writeUInt32LE(crc32(data, head), begin + 12);
  }
  return undefined;
}
