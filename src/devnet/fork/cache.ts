import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hex } from '../durability/blocks.ts';

export type ForkCache = {
  /** The result of an earlier call; undefined where there is none. */
  get(method: string, params: unknown): { result: unknown } | undefined;
  /** Keeps a result, where the same call has it for ever. */
  keep(method: string, params: unknown, result: unknown): void;
  close(): void;
};

/** Which of its parameters says as of which block a call is. */
const STATE: Record<string, number> = {
  eth_getBalance: 1,
  eth_getTransactionCount: 1,
  eth_getCode: 1,
  eth_getStorageAt: 2,
};

/**
 * What a network has answered about one block of it, kept in a file: so a fork that starts again needs the network only
 * for what it has never asked. Nothing waits for the disk, as what is lost is asked for again.
 *
 * @param block number of the fork's block
 */
export function openForkCache(path: string, block: number): ForkCache {
  const known = new Map<string, unknown>();
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  for (const line of lines)
    try {
      const [key, result] = JSON.parse(line) as [string, unknown];
      known.set(key, result);
    } catch {
      // The last line may have been cut off.
    }
  const file = openSync(path, 'a', 0o600);
  // What is appended must not go on a line that was cut off.
  if (lines.length > 1 && lines.at(-1) !== '') writeSync(file, '\n');
  const at = hex(block);
  const keyOf = (method: string, params: unknown) => `${method} ${JSON.stringify(params)}`.toLowerCase();
  const isFixed = (method: string, params: unknown) => {
    const list = Array.isArray(params) ? params : [];
    const place = STATE[method];
    if (place !== undefined) return list[place] === at;
    // Of the price of gas, anvil makes what its first block asks: it has to be the same each time.
    if (method === 'eth_chainId' || method === 'eth_gasPrice') return true;
    return method === 'eth_getBlockByNumber' && list[0] === at;
  };
  return {
    get(method, params) {
      const key = keyOf(method, params);
      return known.has(key) ? { result: known.get(key) } : undefined;
    },
    keep(method, params, result) {
      if (result === null || result === undefined || !isFixed(method, params)) return;
      const key = keyOf(method, params);
      known.set(key, result);
      try {
        writeSync(file, `${JSON.stringify([key, result])}\n`);
      } catch {
        // A disk that is full: it is asked for again.
      }
    },
    close: () => closeSync(file),
  };
}
