import { SaharaError } from '../base/errors.ts';

const PAUSE_MS = 150;

/**
 * What `attempt` gives, tried again while the service is not there yet and the time is not over.
 *
 * @param waitMs how long to go on trying, milliseconds; 0 tries once
 * @param isThere whether the result is what was waited for; the last one is given in any case
 * @throws what the last attempt threw; an error of another kind than `unavailable` at once
 */
export async function patiently<T>(
  waitMs: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  isThere: (result: T) => boolean = () => true,
): Promise<T> {
  const end = performance.now() + waitMs;
  for (;;) {
    const isLast = performance.now() + PAUSE_MS > end;
    try {
      const result = await attempt();
      if (isLast || isThere(result)) return result;
    } catch (error) {
      const mayCome = error instanceof SaharaError && error.kind === 'unavailable';
      if (isLast || !mayCome) throw error;
    }
    await new Promise((r) => setTimeout(r, PAUSE_MS));
    signal.throwIfAborted();
  }
}

/** A time as people type it ("30", "30s", "2m", "1h"), in milliseconds; undefined when it is none. */
export function parseWait(text: string): number | undefined {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[(match[2] ?? 's') as 's' | 'm' | 'h'];
}
