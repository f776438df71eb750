import { setTimeout as sleep } from 'node:timers/promises';
import { SaharaError } from '../base/errors.ts';
import type { Logger } from '../base/progress.ts';

export type Retries = {
  /** How often a step is tried again after the first time. */
  retries: number;
  /** Before the first repetition; doubled each time, up to 30 s. Milliseconds. */
  retryDelayMs: number;
  logger: Logger;
  signal: AbortSignal | undefined;
  /** True of a failure that is known to come again. */
  isLasting?: (error: SaharaError) => boolean;
};

/** A silent node has been waited for already, each time. */
const MAX_TIMEOUTS = 2;
const MAX_DELAY_MS = 30_000;

/**
 * Does `step`, again after a failure that may pass by itself: a lost connection, a node that is not there, silence.
 *
 * @param failed told of each such failure before it is waited, and says what is done again
 */
export async function withRetries<R>(
  options: Retries,
  step: () => Promise<R>,
  failed: (attempt: number) => string,
): Promise<R> {
  const { retries, retryDelayMs, logger, signal, isLasting } = options;
  let timeouts = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SaharaError)) throw error;
      if (error.id === 'CONTENT_TIMEOUT') timeouts++;
      else if (error.id !== 'CONTENT_UNAVAILABLE') throw error;
      if (isLasting?.(error) || attempt > retries || timeouts > MAX_TIMEOUTS) throw error;
      logger.warn(`${error.message} ${failed(attempt)} (try ${attempt + 1} of ${retries + 1})`);
      await sleep(Math.min(MAX_DELAY_MS, retryDelayMs * 2 ** (attempt - 1)), undefined, {
        ...(signal ? { signal } : {}),
      }).catch((cause) => {
        signal?.throwIfAborted();
        throw cause;
      });
    }
  }
}
