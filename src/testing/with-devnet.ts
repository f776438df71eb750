import { startDevnet, type TestDevnet, type TestDevnetOptions } from './test-devnet.ts';

/**
 * Gives a devnet of its own to a function, and ends it afterwards, whatever happens.
 *
 * @returns what the function returns
 * @throws what the function throws, and what starting a devnet does
 * @example
 * await withDevnet(async ({ run }) => {
 *   await run(['new', 'dataset', 'penguins']);
 *   await run(['publish', 'penguins']);
 * });
 */
export async function withDevnet<T>(work: (devnet: TestDevnet) => Promise<T> | T): Promise<T>;
export async function withDevnet<T>(
  options: TestDevnetOptions,
  work: (devnet: TestDevnet) => Promise<T> | T,
): Promise<T>;
export async function withDevnet<T>(
  first: TestDevnetOptions | ((devnet: TestDevnet) => Promise<T> | T),
  second?: (devnet: TestDevnet) => Promise<T> | T,
): Promise<T> {
  const work = typeof first === 'function' ? first : second;
  if (!work) throw new TypeError('withDevnet needs a function to give the devnet to.');
  const devnet = await startDevnet(typeof first === 'function' ? {} : first);
  try {
    return await work(devnet);
  } finally {
    await devnet.stop();
  }
}
